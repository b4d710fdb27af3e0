// SPDX-License-Identifier: Apache-2.0
// The SAM's refusals. Their table stands at the door, since every room tells them on; here they are thrown.
import type { SamRefusalCode } from '@sigillo/doors/sam';
import { Refusal } from '@sigillo/wire';

export { samRefusals as REFUSALS } from '@sigillo/doors/sam';
export type RefusalCode = SamRefusalCode;

/** A no from the table; only its code leaves the SAM. */
export class SamRefusal extends Refusal {
  override readonly name = 'SamRefusal';
  declare readonly code: RefusalCode;

  // oxlint-disable-next-line no-useless-constructor -- it narrows the code to the table
  constructor(code: RefusalCode, options?: ErrorOptions) {
    super(code, options);
  }
}

/** Runs `work`; whatever it throws becomes this refusal, with the reason as its cause for the log. */
export function refuseAs<T>(code: RefusalCode, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof SamRefusal) throw cause;
    throw new SamRefusal(code, { cause });
  }
}
