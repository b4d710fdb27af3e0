// SPDX-License-Identifier: Apache-2.0
// How far enrolments came, by the rows in durable records: nothing of it is told before, nothing is lost, and a key is made once, for two
// approvals of two officers beside the one who proposed.
import { decode } from '@sigillo/doors/schema';
import { toHex } from '@sigillo/standards/bytes';
import type { JournalRecord } from '../../../src/journal/record.ts';
import { enrolmentRow } from '../../../src/records/tables.ts';
import { holds } from '../violation.ts';

const ORDER = ['unknown', 'issued', 'pending_proposal', 'pending_approval', 'approved', 'ordered', 'active', 'revoking', 'revoked', 'expired'] as const;
const rank = (state: string): number => (ORDER as readonly string[]).indexOf(state);

export class WitnessedEnrolments {
  readonly #states = new Map<string, string>();
  readonly #keys = new Map<string, string>();
  readonly #byOrder = new Map<string, string>();
  readonly #revoked = new Set<string>();
  /** The furthest that was told of each. */
  readonly told: Map<string, string> = new Map();

  take(record: JournalRecord): void {
    for (const { table, id, body } of record.rows) {
      if (table !== 'enrolment') continue;
      const enrolment = toHex(id);
      const { state, keyId, orderId, proposal, approvals } = decode(enrolmentRow, body);
      holds('I10', rank(state) >= rank(this.#states.get(enrolment) ?? 'unknown'), `record ${record.number} takes an enrolment back to ${state}`);
      this.#states.set(enrolment, state);
      if (orderId !== null) this.#byOrder.set(toHex(orderId), enrolment);
      if (state === 'revoked') holds('I6', this.#revoked.has(toHex(orderId!)), `record ${record.number} takes a certificate for revoked, and the CA did not say so`);
      if (keyId === null) continue;
      const known = this.#keys.get(enrolment);
      holds('I2', known === undefined || known === toHex(keyId), `record ${record.number} makes a second key for one enrolment`);
      this.#keys.set(enrolment, toHex(keyId));
      const officers = new Set([proposal, ...approvals].map((approval) => (approval === null ? '' : toHex(approval.officerId))));
      holds('I6', proposal !== null && officers.size >= 3, `record ${record.number} makes a key without two approvals`);
    }
  }

  /** The CA's own word about the certificate of an order reached the SAM. */
  revokedByAuthority(orderId: Uint8Array): void {
    this.#revoked.add(toHex(orderId));
  }

  /** It is acknowledged that the CA has revoked the certificate of an order. */
  confirmed(orderId: Uint8Array): void {
    const enrolment = this.#byOrder.get(toHex(orderId)) ?? '';
    holds('I10', this.#states.get(enrolment) === 'revoked', 'it is acknowledged that the CA has revoked before that is durable');
  }

  /** All is well, and this is said of an enrolment: not less than was told before. */
  requireKept(enrolment: string, state: string): void {
    const told = this.told.get(enrolment) ?? 'unknown';
    holds('I10', rank(state) >= rank(told), `an enrolment that was told to be ${told} is ${state}`);
  }

  /** A state is told; by the number of an order where the enrolment itself is not named. */
  tell(enrolmentOrOrder: Uint8Array, state: string): void {
    const named = toHex(enrolmentOrOrder);
    const enrolment = this.#byOrder.get(named) ?? named;
    if (rank(state) < rank('pending_proposal')) {
      holds('I10', !this.told.has(enrolment), `it is said "${state}" of an enrolment that was acknowledged`);
      return;
    }
    const durable = this.#states.get(enrolment) ?? 'unknown';
    // What the CA is still to do is done as far as others are told.
    const said = state === 'revoked' ? 'revoking' : state;
    holds('I10', state === 'expired' || rank(durable) >= rank(said), `it is said "${state}" of an enrolment that is durably ${durable}`);
    if (rank(state) > rank(this.told.get(enrolment) ?? 'unknown')) this.told.set(enrolment, state);
  }
}
