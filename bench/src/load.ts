// SPDX-License-Identifier: Apache-2.0
import type { Generator } from './generator/generator.ts';

/** Who asks whom. */
export interface Load {
  readonly generator: Generator;
  readonly ssaUrl: string;
  /** The first process of the deployment. */
  readonly deployment: number;
}
