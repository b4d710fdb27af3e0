// SPDX-License-Identifier: Apache-2.0
// The two maps that decide "exactly once": ISSUED by challenge and AUTHORISED by handle. Both live in this process alone and are bounded;
// taking an entry is a get and a delete with nothing awaited between. A restart empties them, and so kills what was pending.
import { type IntentBody, type Item, LIST_MAX } from '@sigillo/doors/sap';
import { toHex } from '@sigillo/standards/bytes';
import type { SeenVersion } from '../records/row-index.ts';
import type { AuthenticatorRow, SigningKeyRow } from '../records/tables.ts';
import type { SignedStatement } from '../statements.ts';
import type { SubjectKey } from '../subject-key.ts';
import type { Places } from './places.ts';

/** A passkey that may answer, as it stood when the intent was made. */
export interface AllowedPasskey {
  readonly rowId: Uint8Array;
  readonly row: AuthenticatorRow;
}

/** The intent without its list, which is kept apart in full. */
export type IntentFields = Omit<IntentBody, 'items' | 'itemsRoot'>;

/** An intent that waits for its passkey. */
export interface IssuedOperation {
  readonly challenge: Uint8Array;
  readonly challengeKey: string;
  /** Exactly the bytes that the page got. */
  readonly body: Uint8Array;
  readonly intent: IntentFields;
  /** What is signed, in order, whichever way it stands in the body. */
  readonly items: readonly Item[];
  readonly deadline: number;
  readonly ticketId: string;
  readonly ticketExpires: number;
  /** Signer, key, passkeys, client and certificate: the rows as they were. */
  readonly seen: readonly SeenVersion[];
  readonly passkeys: readonly AllowedPasskey[];
  readonly key: SigningKeyRow;
  readonly subjectKey: SubjectKey;
}

/** An approved operation: its items may be signed by whoever the receipt names, each once. */
export interface AuthorisedOperation {
  readonly issued: IssuedOperation;
  readonly handle: Uint8Array;
  readonly handleKey: string;
  /** Zero where its time ended early. */
  deadline: number;
  /** The key as the crypto module wrapped it; overwritten when the operation ends. */
  readonly wrapped: Uint8Array;
  /** Where each digest stands in the list. */
  readonly places: Places;
  readonly taken: boolean[];
  left: number;
  /** Calls under way or answered, by the hash of their ordered list. */
  readonly calls: Map<string, Promise<ReleasedCall>>;
  refusals: number;
  /** Items that the module was, or may have been, asked for and that were neither released nor ended. */
  readonly executing: Set<number>;
  /** Calls that have taken items and not ended yet. */
  running: number;
  /** End of the time for Execute, as it was written down, and the nonce of the page: a receipt that is made again is the same. */
  readonly expires: number;
  readonly pageNonce: Uint8Array;
  receipt: SignedStatement | undefined;
  ended: boolean;
}

export interface ReleasedCall {
  readonly signatures: readonly Uint8Array[];
  readonly record: number;
}

/** Of lists that are open; an approval for a thousand documents takes the room of many for one. */
const ITEMS_PER_OPERATION = 20;

export class Operations {
  readonly #max: number;
  readonly #itemsMax: number;
  readonly #issued = new Map<string, IssuedOperation>();
  readonly #authorised = new Map<string, AuthorisedOperation>();
  readonly #authorisedByChallenge = new Map<string, AuthorisedOperation>();
  readonly #byTicket = new Map<string, string>();
  /** Open operations, by signer and application. */
  readonly #held = new Map<string, number>();
  #items = 0;

  constructor(max: number) {
    this.#max = max;
    this.#itemsMax = LIST_MAX + ITEMS_PER_OPERATION * max;
  }

  get size(): number {
    return this.#issued.size + this.#authorised.size;
  }

  get authorisedSize(): number {
    return this.#authorised.size;
  }

  get isFull(): boolean {
    return this.#issued.size >= this.#max || this.#authorised.size >= this.#max || this.#items >= this.#itemsMax;
  }

  /** Live intents, beside the one that a new intent for this ticket would replace. */
  issuedBeside(ticketId: string): number {
    return this.#issued.size - (this.#byTicket.has(ticketId) ? 1 : 0);
  }

  /** How many operations of a signer an application holds open, beside the one that a new intent for this ticket would replace. */
  held(signerId: Uint8Array, clientId: string, ticketId: string): number {
    const replaced = this.#byTicket.has(ticketId) ? 1 : 0;
    return (this.#held.get(holder({ signerId, clientId })) ?? 0) - replaced;
  }

  /** Makes an intent live; an older one of the same ticket dies. */
  issue(operation: IssuedOperation): IssuedOperation | undefined {
    const older = this.#byTicket.get(operation.ticketId);
    const killed = older === undefined ? undefined : this.takeIssued(older);
    this.#issued.set(operation.challengeKey, operation);
    this.#byTicket.set(operation.ticketId, operation.challengeKey);
    this.#count(operation.intent, 1);
    return killed;
  }

  isIssued(challengeKey: string): boolean {
    return this.#issued.has(challengeKey);
  }

  /** Takes the intent out: whoever gets it has the only one. */
  takeIssued(challengeKey: string): IssuedOperation | undefined {
    const operation = this.#issued.get(challengeKey);
    if (operation === undefined) return undefined;
    this.#issued.delete(challengeKey);
    this.#byTicket.delete(operation.ticketId);
    this.#count(operation.intent, -1);
    return operation;
  }

  authorise(operation: AuthorisedOperation): void {
    this.#authorised.set(operation.handleKey, operation);
    this.#authorisedByChallenge.set(operation.issued.challengeKey, operation);
    this.#count(operation.issued.intent, 1);
  }

  authorised(handleKey: string): AuthorisedOperation | undefined {
    return this.#authorised.get(handleKey);
  }

  authorisedByChallenge(challengeKey: string): AuthorisedOperation | undefined {
    return this.#authorisedByChallenge.get(challengeKey);
  }

  /** Ends an approved operation. Its key is overwritten once no call works with it any more. */
  end(operation: AuthorisedOperation): void {
    if (operation.ended) return;
    operation.ended = true;
    this.#authorised.delete(operation.handleKey);
    this.#authorisedByChallenge.delete(operation.issued.challengeKey);
    this.#count(operation.issued.intent, -1);
    void Promise.allSettled(operation.calls.values()).then(() => operation.wrapped.fill(0));
  }

  issuedPast(monotonic: number): IssuedOperation[] {
    return [...this.#issued.values()].filter(({ deadline }) => deadline < monotonic);
  }

  authorisedPast(monotonic: number): AuthorisedOperation[] {
    return [...this.#authorised.values()].filter(({ deadline }) => deadline < monotonic);
  }

  issuedOfKey(keyId: Uint8Array): IssuedOperation[] {
    const key = toHex(keyId);
    return [...this.#issued.values()].filter(({ intent }) => toHex(intent.keyId) === key);
  }

  authorisedOfKey(keyId: Uint8Array): AuthorisedOperation[] {
    const key = toHex(keyId);
    return [...this.#authorised.values()].filter(({ issued }) => toHex(issued.intent.keyId) === key);
  }

  #count(intent: IntentFields, by: 1 | -1): void {
    this.#items += by * intent.count;
    const key = holder(intent);
    const count = (this.#held.get(key) ?? 0) + by;
    if (count === 0) this.#held.delete(key);
    else this.#held.set(key, count);
  }
}

function holder({ signerId, clientId }: Pick<IntentBody, 'signerId' | 'clientId'>): string {
  return `${toHex(signerId)} ${clientId}`;
}
