// SPDX-License-Identifier: Apache-2.0
import type { Answer, Request } from '@sigillo/doors/door';
import type { SamDoor } from '@sigillo/doors/sam';
import type { Life } from '../schedule.ts';

/** One request as it reached the SAM. */
export interface Delivered<N extends keyof SamDoor = keyof SamDoor> {
  readonly name: N;
  readonly request: Request<SamDoor[N]>;
  readonly life: Life;
  /** Monotonic milliseconds. */
  readonly at: number;
  /** How many records were durable then. */
  readonly records: number;
}

export type AnswerOf<N extends keyof SamDoor> = Answer<SamDoor[N]>;
