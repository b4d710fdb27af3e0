// SPDX-License-Identifier: Apache-2.0
// Sign-ups that are not confirmed yet live in memory alone, for a quarter of an hour, and there are only so many of them.
import { toHex } from '@sigillo/standards/bytes';
import type { EnrolmentBody } from '@sigillo/doors/sap';
import type { NewPasskey } from '../passkey.ts';
import { SamRefusal } from '../refusals.ts';

export interface BegunEnrolment {
  readonly enrolmentHash: Uint8Array;
  /** (a). */
  readonly body: Uint8Array;
  readonly fields: EnrolmentBody;
  readonly deadline: number;
  /** (b) and its key, once the SAM holds the key. */
  held: { readonly confirmation: Uint8Array; readonly passkey: NewPasskey; readonly approvalsUntil: number } | undefined;
}

export class BegunEnrolments {
  readonly #max: number;
  readonly #byHash = new Map<string, BegunEnrolment>();

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#byHash.size;
  }

  add(enrolment: BegunEnrolment): void {
    if (this.#byHash.size >= this.#max) throw new SamRefusal('enrolments_full');
    this.#byHash.set(toHex(enrolment.enrolmentHash), enrolment);
  }

  /** One that is still in time. */
  get(enrolmentHash: Uint8Array, monotonic: number): BegunEnrolment {
    const enrolment = this.#byHash.get(toHex(enrolmentHash));
    if (enrolment === undefined) throw new SamRefusal('unknown_enrolment');
    if (monotonic > enrolment.deadline) throw new SamRefusal('enrolment_expired');
    return enrolment;
  }

  has(enrolmentHash: Uint8Array): boolean {
    return this.#byHash.has(toHex(enrolmentHash));
  }

  /** Takes one out: it is confirmed once. */
  take(enrolment: BegunEnrolment): void {
    if (!this.#byHash.delete(toHex(enrolment.enrolmentHash))) throw new SamRefusal('unknown_enrolment');
  }

  sweep(monotonic: number): void {
    for (const [key, { deadline }] of this.#byHash) if (monotonic > deadline) this.#byHash.delete(key);
  }
}
