// SPDX-License-Identifier: Apache-2.0
// The SAM while it serves: its powers, what it pins, and its stores. Every handler works on one of these.
import type { Operations } from './activation/operations.ts';
import type { Clock } from './clock.ts';
import type { CryptoModule } from './crypto-module.ts';
import type { Deployment } from './deployment.ts';
import type { BegunEnrolments } from './enrolment/begun.ts';
import type { Journal } from './journal/journal.ts';
import type { JournalCopy } from './journal/copy.ts';
import type { Memory } from './memory.ts';
import type { PasskeyVerifier } from './passkey.ts';
import type { Powers } from './powers.ts';
import type { RowIndex } from './records/row-index.ts';
import type { RowStore } from './records/row-store.ts';
import type { Snapshots } from './snapshot/snapshots.ts';
import type { Envelopes } from './signing-key/envelope.ts';
import type { SignedStatement } from './statements.ts';
import type { SubjectKeys } from './subject-keys.ts';

export interface Limits {
  readonly pendingOperations: number;
  /** That one application may hold open for one signer. */
  readonly operationsPerSigner: number;
  readonly enrolmentsPending: number;
  /** Tickets that were approved and are not over, with the intents that may become such. */
  readonly approvedTickets: number;
  readonly copyLagSecondsMax: number;
}

export interface State {
  readonly powers: Powers;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly deployment: Deployment;
  readonly cryptoModule: CryptoModule;
  readonly journal: Journal;
  readonly copy: JournalCopy;
  readonly memory: Memory;
  readonly index: RowIndex;
  readonly snapshots: Snapshots;
  readonly rows: RowStore;
  readonly subjectKeys: SubjectKeys;
  readonly envelopes: Envelopes;
  readonly passkeys: PasskeyVerifier;
  readonly operations: Operations;
  readonly begun: BegunEnrolments;
  /** Calls at the crypto module, by key: a freeze waits for them. */
  readonly underWay: Map<string, Set<Promise<unknown>>>;
  /** Signed orders, so that carrying one again costs no signature. */
  readonly signedOrders: Map<string, SignedStatement>;
  /** One change of an enrolment at a time. */
  readonly enrolmentLocks: Map<string, Promise<unknown>>;
  /** The next operation number; never used again, since the upper part is the number of this start. */
  nextOperationNumber(): number;
  /** Why the SAM does not serve, or empty. */
  sealedReason: string;
}
