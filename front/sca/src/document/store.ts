// SPDX-License-Identifier: Apache-2.0
// Which documents there are, whose they are, and how long they stay. Other people's documents are answered like unknown ones. A document that goes takes all
// its files and every address of it along.
import { HttpProblem } from '@sigillo/http';
import type { Log } from '@sigillo/wire';
import { attemptOf, endOf, type Attempt, type DocumentState, type StoredDocument } from './document.ts';
import { LIFETIME_AFTER_END_MS, LIFETIME_MS_MAX, type DocumentLimits } from './limits.ts';
import type { Spool, SpooledFile } from './spool.ts';

/** Room for a document that arrives. */
export interface Reservation {
  /** The document is there, or did not come. */
  end(): void;
}

interface Arriving {
  readonly owner: string;
  /** What was announced. */
  readonly bytes: number;
}

export class DocumentStore {
  readonly #spool: Spool;
  readonly #limits: DocumentLimits;
  readonly #nowMs: () => number;
  readonly #log: Log;
  readonly #byHandle = new Map<string, StoredDocument>();
  readonly #byReturnState = new Map<string, StoredDocument>();
  readonly #byCapability = new Map<string, StoredDocument>();
  readonly #arriving = new Set<Arriving>();

  constructor(spool: Spool, limits: DocumentLimits, powers: { readonly nowMs: () => number; readonly log: Log }) {
    this.#spool = spool;
    this.#limits = limits;
    this.#nowMs = powers.nowMs;
    this.#log = powers.log;
  }

  /** Refuses before a byte is taken. */
  reserve(owner: string, bytes: number): Reservation {
    const all = [...this.#byHandle.values()];
    const arriving = [...this.#arriving];
    this.#requireShare(owner, bytes, all, arriving);
    if (all.length + arriving.length >= this.#limits.documentsMax || bytesOf(all, arriving) + bytes > this.#limits.spoolBytesMax) {
      throw new HttpProblem(503, 'documents_full', undefined, { retryAfterSeconds: 60 });
    }
    const place = { owner, bytes };
    this.#arriving.add(place);
    return { end: () => void this.#arriving.delete(place) };
  }

  add(document: StoredDocument): void {
    this.#byHandle.set(document.handle, document);
  }

  find(handle: string, owner: string): StoredDocument {
    const document = this.#living(this.#byHandle.get(handle));
    if (document === undefined || document.owner !== owner) throw new HttpProblem(404, 'document_unknown');
    return document;
  }

  findByReturnState(returnState: string): StoredDocument | undefined {
    return this.#living(this.#byReturnState.get(returnState));
  }

  findByCapability(capability: string): StoredDocument | undefined {
    return this.#living(this.#byCapability.get(capability));
  }

  has(document: StoredDocument): boolean {
    return this.#byHandle.get(document.handle) === document;
  }

  /** Goes on to the next state. A new attempt makes an older one unknown, an end closes the addresses of what was prepared. */
  change(document: StoredDocument, state: DocumentState): void {
    const before = attemptOf(document.state);
    const now = attemptOf(state);
    if (before !== undefined && before !== now) {
      this.#byReturnState.delete(before.returnState);
      this.#forget(before.tail);
    }
    if (before !== undefined && (before !== now || endOf(state) !== undefined)) this.#byCapability.delete(before.capability);
    if (now !== undefined && before !== now) this.#register(document, now);
    document.state = state;
  }

  remove(document: StoredDocument): void {
    if (!this.has(document)) return;
    this.#byHandle.delete(document.handle);
    const attempt = attemptOf(document.state);
    if (attempt !== undefined) {
      this.#byReturnState.delete(attempt.returnState);
      this.#byCapability.delete(attempt.capability);
    }
    this.#forget(...filesOf(document));
  }

  sweep(): void {
    for (const document of this.#byHandle.values()) this.#living(document);
  }

  /** A few accounts must not take the room of all others, neither with documents that lie here nor with such as never come to an end. */
  #requireShare(owner: string, bytes: number, all: readonly StoredDocument[], arriving: readonly Arriving[]): void {
    const mine = all.filter((each) => each.owner === owner);
    const mineArriving = arriving.filter((each) => each.owner === owner);
    const { documentsPerOwnerMax, ownerBytesMax, arrivingPerOwnerMax } = this.#limits;
    if (mineArriving.length >= arrivingPerOwnerMax) throw tooMany('Wait until the documents under way have arrived');
    const tooMuch = mine.length + mineArriving.length >= documentsPerOwnerMax || bytesOf(mine, mineArriving) + bytes > ownerBytesMax;
    if (tooMuch) throw tooMany('Delete documents that are not needed any more');
  }

  #register(document: StoredDocument, attempt: Attempt): void {
    this.#byReturnState.set(attempt.returnState, document);
    this.#byCapability.set(attempt.capability, document);
  }

  #living(document: StoredDocument | undefined): StoredDocument | undefined {
    if (document === undefined || this.#nowMs() < expiryOf(document)) return document;
    this.remove(document);
    return undefined;
  }

  /** A file that cannot be removed now goes at the next start. */
  #forget(...files: readonly SpooledFile[]): void {
    this.#spool.remove(...files).catch((cause: unknown) => this.#log.error('spool_file_left', {}, cause));
  }
}

function expiryOf(document: StoredDocument): number {
  const endedMs = endOf(document.state);
  const latest = document.arrivedMs + LIFETIME_MS_MAX;
  return endedMs === undefined ? latest : Math.min(latest, endedMs + LIFETIME_AFTER_END_MS);
}

function filesOf(document: StoredDocument): readonly SpooledFile[] {
  const attempt = attemptOf(document.state);
  return [document.upload, ...(attempt === undefined ? [] : [attempt.tail]), ...(document.state.name === 'signed' ? [document.state.signedTail] : [])];
}

function tooMany(detail: string): HttpProblem {
  return new HttpProblem(429, 'documents_too_many', detail);
}

function bytesOf(documents: readonly StoredDocument[], arriving: readonly Arriving[]): number {
  return [...documents.map(usedBytes), ...arriving.map((each) => each.bytes)].reduce((sum, each) => sum + each, 0);
}

function usedBytes(document: StoredDocument): number {
  return filesOf(document).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
