// SPDX-License-Identifier: Apache-2.0
// What may be signed, as the simulation knows it: what was asked for, what the signer's own passkey answered to, what is durable, what the
// module was asked. The SAM's own word counts for nothing here.
import { array, bytesUpTo, decode, encode } from '@sigillo/doors/schema';
import type { IntentBody } from '@sigillo/doors/sap';
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import { authorisedDetail, endedDetail, executingDetail, releasedDetail } from '../../../src/journal/details.ts';
import type { JournalRecord } from '../../../src/journal/record.ts';
import { sha256 } from '../keys.ts';
import type { Wanted } from '../module-process.ts';
import { EXECUTE_SECONDS, INTENT_SECONDS } from '../people.ts';
import type { Life } from '../schedule.ts';
import { holds } from '../violation.ts';
import type { Delivered } from './calls.ts';

export interface WitnessedOperation {
  readonly challenge: string;
  /** With the list, also where the body has its root only. */
  readonly intent: IntentBody;
  readonly ticketId: string;
  readonly life: Life;
  /** When the intent was answered: its time began before. */
  readonly answeredAt: number;
  /** Answers of the signer's own passkey to this intent, as they reached the SAM. */
  readonly pressed: Delivered<'authorise'>[];
  handle: string | undefined;
  /** Number of the record that approves it. */
  approvedIn: number;
  /** When the answer came that was accepted. */
  acceptedAt: number;
  /** It ended before it was ever approved. */
  spent: boolean;
  readonly executing: Set<number>;
  readonly asked: Set<number>;
  readonly made: Set<number>;
  readonly released: Map<string, { readonly indices: readonly number[]; readonly record: number }>;
  /** Records up to which it was said, signed, that nothing more is signed. */
  saidOver: number | undefined;
  lastRecord: JournalRecord | undefined;
}

const list = array(bytesUpTo(64, 1), 1000);
/** What names a call in the journal: SHA-256 of its ordered list. */
export const callOf = (dtbsrs: readonly Uint8Array[]): string => toHex(sha256(encode(list, dtbsrs)));

export class WitnessedOperations {
  readonly byChallenge: Map<string, WitnessedOperation> = new Map();
  readonly byHandle: Map<string, WitnessedOperation> = new Map();
  readonly #approvedTickets = new Set<string>();
  readonly #executes: { readonly call: string; readonly delivered: Delivered<'execute'> }[] = [];
  /** Keys of which it was acknowledged that they are stopped, and when; and those of which it was said that it is for ever. */
  readonly stopped: Map<string, number> = new Map();
  readonly revoked: Set<string> = new Set();
  /** Requests to sign that have not ended, by life and key. */
  readonly #underWay = new Map<string, number>();

  issued(operation: Pick<WitnessedOperation, 'challenge' | 'intent' | 'ticketId' | 'life' | 'answeredAt'>): void {
    holds('I9', !this.byChallenge.has(operation.challenge), 'the same intent came twice');
    this.byChallenge.set(operation.challenge, {
      ...operation,
      pressed: [],
      handle: undefined,
      approvedIn: 0,
      acceptedAt: 0,
      spent: false,
      executing: new Set(),
      asked: new Set(),
      made: new Set(),
      released: new Map(),
      saidOver: undefined,
      lastRecord: undefined,
    });
  }

  /** A genuine answer of the signer's own passkey reached the SAM. */
  pressed(call: Delivered<'authorise'>): void {
    this.byChallenge.get(toHex(call.request.challenge))?.pressed.push(call);
  }

  executeDelivered(call: Delivered<'execute'>): void {
    this.#executes.push({ call: callOf(call.request.dtbsrs), delivered: call });
  }

  /** A record became durable. */
  take(record: JournalRecord): void {
    if (record.operation === null) return;
    const operation = this.byChallenge.get(toHex(record.operation));
    const { event } = record;
    if (event === 'authorised') this.#authorised(record, operation);
    if (event === 'executing') this.#executing(record, operation);
    if (event === 'released') this.#released(record, operation);
    if (event === 'spent' && operation !== undefined && decode(endedDetail, record.detail).handle === null) spentEarly(operation);
    if (operation !== undefined) operation.lastRecord = record;
  }

  #authorised(record: JournalRecord, operation: WitnessedOperation | undefined): void {
    const detail = decode(authorisedDetail, record.detail);
    holds('I6', operation !== undefined, `record ${record.number} approves what was never issued`);
    holds('I1', operation.handle === undefined, `record ${record.number} approves again`);
    holds('I1', !operation.spent, `record ${record.number} approves what was spent`);
    holds('I1', !this.#approvedTickets.has(operation.ticketId), `record ${record.number} approves a ticket again`);
    const { intent, life, answeredAt } = operation;
    const accepted = operation.pressed.find((call) => call.life === life);
    holds('I6', accepted !== undefined, `record ${record.number} approves what no passkey of the signer answered to, in the same life`);
    holds('I6', accepted.at <= answeredAt + INTENT_SECONDS * 1000, `record ${record.number} approves too late`);
    holds('I6', !this.stopped.has(toHex(intent.keyId)), `record ${record.number} approves for a key that is stopped`);
    const same = detail.dtbsrs.length === intent.items.length && intent.items.every(({ dtbsr }, i) => sameBytes(dtbsr, detail.dtbsrs[i]!));
    holds('I6', same, `record ${record.number} approves other items`);
    operation.handle = toHex(detail.handle);
    operation.approvedIn = record.number;
    operation.acceptedAt = accepted.at;
    this.#approvedTickets.add(operation.ticketId);
    this.byHandle.set(operation.handle, operation);
  }

  #executing(record: JournalRecord, operation: WitnessedOperation | undefined): void {
    const { handle, call, indices } = decode(executingDetail, record.detail);
    holds('I6', operation?.handle === toHex(handle), `record ${record.number} executes what is not approved`);
    for (const index of indices) {
      holds('I2', !operation.executing.has(index), `record ${record.number} executes item ${index} again`);
      operation.executing.add(index);
    }
    const { intent, life, acceptedAt } = operation;
    const rightful = this.#executes
      .filter((one) => one.call === toHex(call) && toHex(one.delivered.request.handle) === operation.handle)
      .map(({ delivered }) => delivered)
      .filter((delivered) => delivered.life === life && presents(delivered, intent));
    holds('I6', rightful.length > 0, `record ${record.number} executes for nobody who may ask, in the same life`);
    holds(
      'I6',
      rightful.some(({ at }) => at <= acceptedAt + EXECUTE_SECONDS * 1000),
      `record ${record.number} executes too late`,
    );
    const { dtbsrs } = rightful[0]!.request;
    const inOrder = dtbsrs.length === indices.length && indices.every((index, i) => sameBytes(intent.items[index]!.dtbsr, dtbsrs[i]!));
    holds('I6', inOrder, `record ${record.number} executes other items than the call asked for`);
  }

  #released(record: JournalRecord, operation: WitnessedOperation | undefined): void {
    const { handle, call, indices } = decode(releasedDetail, record.detail);
    holds('I6', operation?.handle === toHex(handle), `record ${record.number} releases what is not approved`);
    const before = new Set([...operation.released.values()].flatMap((released) => released.indices));
    for (const index of indices) {
      holds('I4', operation.executing.has(index), `record ${record.number} releases item ${index}, which never executed`);
      holds('I5', operation.asked.has(index), `record ${record.number} releases item ${index}, which the module never signed`);
      holds('I6', !before.has(index), `record ${record.number} releases item ${index} again`);
    }
    holds('I6', !operation.released.has(toHex(call)), `record ${record.number} releases the same call again`);
    holds('I10', operation.saidOver === undefined, `record ${record.number} releases after it was said that nothing more is signed`);
    operation.released.set(toHex(call), { indices, record: record.number });
  }

  /** The module is asked for signatures. */
  asked(wanted: readonly Wanted[], life: Life): void {
    for (const { operation: challenge, index, keyId, digest } of wanted) {
      const operation = this.byChallenge.get(toHex(challenge));
      const item = operation?.intent.items[index];
      holds('I6', operation !== undefined && item !== undefined, 'the module is asked to sign what was never issued');
      holds('I6', sameBytes(item.dtbsr, digest) && sameBytes(operation.intent.keyId, keyId), 'the module is asked to sign something else');
      holds('I6', operation.handle !== undefined, 'the module is asked to sign what is not approved');
      holds('I4', operation.executing.has(index), `the module is asked for item ${index} before it is durable that it executes`);
      holds('I3', !operation.asked.has(index), `the module is asked for item ${index} again`);
      holds('I7', !this.stopped.has(toHex(keyId)), 'the module is asked for a signature with a key that is stopped');
      operation.asked.add(index);
      this.#count(life, keyId, 1);
    }
  }

  /** A signature is made, for this life of the SAM or an earlier one. */
  made(wanted: readonly Wanted[]): void {
    for (const { operation: challenge, index, keyId } of wanted) {
      const operation = this.byChallenge.get(toHex(challenge))!;
      holds('I3', !operation.made.has(index), `item ${index} is signed again`);
      operation.made.add(index);
      holds('I7', !this.stopped.has(toHex(keyId)), 'a signature is made with a key whose stop was acknowledged');
      holds('I10', operation.saidOver === undefined, 'a signature is made after it was said that nothing more is signed');
    }
  }

  askEnded(wanted: readonly Wanted[], life: Life): void {
    for (const { keyId } of wanted) this.#count(life, keyId, -1);
  }

  /** It is acknowledged that a key is stopped. */
  stopAnswered(keyId: Uint8Array, revoked: boolean, life: Life, now: number): void {
    holds('I7', (this.#underWay.get(`${life.number} ${toHex(keyId)}`) ?? 0) === 0, 'a stop is acknowledged while the module still signs');
    if (!this.stopped.has(toHex(keyId))) this.stopped.set(toHex(keyId), now);
    if (revoked) this.revoked.add(toHex(keyId));
  }

  /** Whether a call came after it was acknowledged that this key is stopped. */
  wasStopped(keyId: Uint8Array, { at }: Delivered): boolean {
    return at > (this.stopped.get(toHex(keyId)) ?? Number.POSITIVE_INFINITY);
  }

  #count(life: Life, keyId: Uint8Array, by: number): void {
    const key = `${life.number} ${toHex(keyId)}`;
    this.#underWay.set(key, (this.#underWay.get(key) ?? 0) + by);
  }
}

function spentEarly(operation: WitnessedOperation): void {
  holds('I1', operation.handle === undefined, 'an approved intent is said to be spent before');
  operation.spent = true;
}

/** Whether the caller is the one for whom it was approved, asking for the key and algorithm that were approved. */
export function presents({ request }: Delivered<'execute'>, intent: IntentBody): boolean {
  return (
    request.clientId === intent.clientId &&
    sameBytes(request.clientKeyThumbprint, intent.clientKeyThumbprint) &&
    sameBytes(request.keyId, intent.keyId) &&
    request.signatureAlgorithm === intent.signatureAlgorithm
  );
}
