// SPDX-License-Identifier: Apache-2.0
// Sees everything that the SAM says, asks and writes, and holds it against the invariants at that moment. What it believes it saw itself:
// the disk, the module's calls, the requests as they were delivered.
import type { SamDoor } from '@sigillo/doors/sam';
import { samRefusal } from '@sigillo/doors/sam';
import {
  challengePreimage,
  historyStatement,
  type IntentBody,
  intentBody,
  intentStatement,
  type Item,
  listEntries,
  outcomeStatement,
  receiptStatement,
  revocationStatement,
  signedPreimage,
  type StatementType,
  stopBody,
} from '@sigillo/doors/sap';
import { decode, type Schema } from '@sigillo/doors/schema';
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import { leafHash, treeRoot } from '@sigillo/standards/tlog';
import { Refusal } from '@sigillo/wire';
import type { CopiedGroup } from '../../../src/database.ts';
import type { JournalRecord } from '../../../src/journal/record.ts';
import type { SimulatedModule } from '../crypto-module.ts';
import { sha256 } from '../keys.ts';
import type { Wanted } from '../module-process.ts';
import type { Life } from '../schedule.ts';
import type { SimulatedToken } from '../token.ts';
import { holds } from '../violation.ts';
import type { AnswerOf, Delivered } from './calls.ts';
import { WitnessedCommands } from './commands.ts';
import { Counters } from './counters.ts';
import { WitnessedEnrolments } from './enrolments.ts';
import { WitnessedJournal } from './journal.ts';
import { callOf, presents, type WitnessedOperation, WitnessedOperations } from './operations.ts';

interface Signed {
  readonly statement: Uint8Array;
  readonly signature: Uint8Array;
}

/** For how long the SAM remembers how an operation ended, less a little. */
const REMEMBERED_SECONDS = 1190;
const OPEN: ReadonlySet<string> = new Set(['issued', 'authorised', 'executing']);
const OVER: ReadonlySet<string> = new Set(['unknown', 'spent', 'unused', 'indeterminate']);

export interface WitnessParts {
  readonly module: SimulatedModule;
  /** Runs a check; what it throws ends the simulation. */
  readonly guard: (check: () => void) => void;
  /** Groups that the copy has at the beginning. */
  readonly copied: Iterable<number>;
  readonly copyBeforeRelease: boolean;
}

export class Witness {
  readonly journal: WitnessedJournal;
  readonly operations: WitnessedOperations = new WitnessedOperations();
  readonly counters: Counters = new Counters();
  readonly commands: WitnessedCommands = new WitnessedCommands();
  readonly enrolments: WitnessedEnrolments = new WitnessedEnrolments();
  /** When each record was seen to be durable: monotonic milliseconds. */
  readonly seenAtMs: Map<number, number> = new Map();
  readonly #token: SimulatedToken;
  /** Groups that went into the copy. */
  readonly #copied: Set<number>;
  /** Answers wait for the copy in this world. */
  readonly #copyBeforeRelease: boolean;

  constructor({ module, guard, copied, copyBeforeRelease }: WitnessParts) {
    this.#token = module.token;
    this.#copied = new Set(copied);
    this.#copyBeforeRelease = copyBeforeRelease;
    this.journal = new WitnessedJournal((record) => {
      this.operations.take(record);
      this.counters.take(record);
      this.commands.take(record);
      this.enrolments.take(record);
      this.seenAtMs.set(record.number, this.now());
    });
    module.events = {
      used: (own) => guard(() => holds('I3', own, 'a process of the module is asked for a key of the other, so that neither gate sees all tickets')),
      asked: (wanted, life) => guard(() => this.#asked(wanted, life)),
      made: (wanted) => guard(() => this.operations.made(wanted)),
      ended: (wanted, life) => this.operations.askEnded(wanted, life),
    };
  }

  #asked(wanted: readonly Wanted[], life: Life): void {
    for (const { epoch } of wanted) holds('I9', epoch === this.counters.starts, `a ticket of epoch ${epoch} after ${this.counters.starts} starts`);
    this.operations.asked(wanted, life);
  }

  /** A group goes into the copy: the file has it, the same. */
  copied({ number, body }: CopiedGroup): void {
    this.#copied.add(number);
    const durable = this.journal.groups[number - 1];
    holds('I8', durable !== undefined, `group ${number} is copied before it is durable`);
    holds('I8', Buffer.compare(durable.bytes, body) === 0, `group ${number} of the copy is another`);
  }

  delivered(call: Delivered, genuine: boolean): void {
    if (call.name === 'authorise' && genuine) this.operations.pressed(call as Delivered<'authorise'>);
    if (call.name === 'officerStop' && genuine) this.commands.delivered(call as Delivered<'officerStop'>);
    if (call.name === 'certificateRevoked' && genuine) this.enrolments.revokedByAuthority((call as Delivered<'certificateRevoked'>).request.orderId);
    if (call.name === 'execute') this.operations.executeDelivered(call as Delivered<'execute'>);
  }

  refused(call: Delivered, cause: unknown): string {
    holds('I10', !call.life.writeFailed, `${call.name} is refused after a durable write failed`);
    const code = cause instanceof Refusal ? cause.code : '';
    if (cause instanceof Error && cause.message.startsWith('journal_broken') && this.metOldDamage()) return 'journal_broken';
    if (samRefusal(code) === undefined) holds('I11', false, `${call.name} breaks: ${cause instanceof Error ? cause.stack : String(cause)}`);
    return code;
  }

  answered<N extends keyof SamDoor>(call: Delivered<N>, answer: AnswerOf<N>): void {
    holds('I10', !call.life.writeFailed, `${call.name} is answered after a durable write failed`);
    const readers: { readonly [M in keyof SamDoor]?: (call: Delivered<M>, answer: AnswerOf<M>) => void } = {
      prepare: (one, said) => this.#prepared(one, said),
      authorise: (one, said) => this.#authorised(one, said),
      execute: (one, said) => this.#executed(one, said),
      outcome: (one, said) => this.#outcome(one, said),
      freeze: (one, said) => this.#stopped(one, one.request.keyId, said),
      officerStop: (one, said) => this.#stopped(one, decode(stopBody, one.request.body).keyId, said),
      history: (one, said) => this.#history(one, said),
      credential: (one, said) => this.#credential(one, said),
      enrolConfirm: (one, said) => this.#enrolmentOutcome(one, said),
      enrolOutcome: (one, said) => this.#enrolmentOutcome(one, said),
      officerPropose: ({ request }, { state }) => this.enrolments.tell(request.enrolmentHash, state),
      officerApprove: ({ request }, { state }) => this.enrolments.tell(request.enrolmentHash, state),
      installCertificate: ({ request }, { state }) => this.enrolments.tell(request.orderId, state),
      revocations: (_, said) => this.#revocations(said),
      certificateRevoked: ({ request }) => this.enrolments.confirmed(request.orderId),
    };
    readers[call.name]?.(call, answer);
  }

  /** What the SAM signed, read as a page does. */
  read<T extends { readonly pageNonce: Uint8Array }>(type: StatementType, schema: Schema<T>, signed: Signed, pageNonce: Uint8Array): T {
    const digest = sha256(signedPreimage(type, signed.statement));
    holds('I6', sameBytes(signed.signature, this.#token.identitySignatureOf(digest)), `the ${type} is not signed`);
    const statement = decode(schema, signed.statement);
    holds('I6', sameBytes(statement.pageNonce, pageNonce), `the ${type} is another page's`);
    return statement;
  }

  #prepared(call: Delivered<'prepare'>, answer: Signed): void {
    const { request, life } = call;
    const { body, items } = this.read('intent', intentStatement, answer, request.pageNonce);
    const intent = withList(decode(intentBody, body), items);
    const { jti, details, client_id, sub } = claimsOf(request.ticket);
    const same = details.hashes.length === intent.items.length && intent.items.every(({ dtbsr }, i) => Buffer.from(dtbsr).toString('base64') === details.hashes[i]);
    holds('I6', same && intent.clientId === client_id, 'an intent is not what its ticket asks for');
    holds('I6', toHex(intent.signerId) === sub && toHex(intent.keyId) === details.credentialID, 'an intent is for another signer or key');
    holds('I10', !this.operations.wasStopped(intent.keyId, call), 'an intent is made for a key whose stop was acknowledged');
    this.counters.operationNumber(intent.operationNumber, life);
    this.operations.issued({ challenge: toHex(sha256(challengePreimage('sign', body))), intent, ticketId: jti, life, answeredAt: this.now() });
  }

  #authorised({ request }: Delivered<'authorise'>, answer: Signed): void {
    this.#receipt(this.read('receipt', receiptStatement, answer, request.pageNonce), toHex(request.challenge));
  }

  #receipt(receipt: { readonly handle: Uint8Array; readonly signerId: Uint8Array; readonly clientId: string; readonly ticketId: string }, challenge: string): void {
    const operation = this.operations.byHandle.get(toHex(receipt.handle));
    holds('I10', operation !== undefined, 'a receipt is given out that is not durable');
    this.#requireCopied(operation.approvedIn, 'a receipt');
    const { intent, ticketId } = operation;
    holds('I6', operation.challenge === challenge && ticketId === receipt.ticketId, 'a receipt is for another intent');
    holds('I6', receipt.clientId === intent.clientId && sameBytes(receipt.signerId, intent.signerId), 'a receipt is for others');
  }

  #executed(call: Delivered<'execute'>, { signatures, record }: AnswerOf<'execute'>): void {
    const { request } = call;
    const operation = this.operations.byHandle.get(toHex(request.handle));
    holds('I5', operation !== undefined, 'signatures are given out for what is not approved');
    holds('I6', presents(call, operation.intent), 'signatures are given out to somebody else');
    const released = operation.released.get(callOf(request.dtbsrs));
    holds('I5', released?.record === record, 'signatures are given out before it is durable that they are released');
    this.#requireCopied(record, 'a call');
    holds('I6', signatures.length === request.dtbsrs.length && released.indices.length === signatures.length, 'another number of signatures is given out');
    for (const [i, dtbsr] of request.dtbsrs.entries()) {
      holds('I6', sameBytes(operation.intent.items[released.indices[i]!]!.dtbsr, dtbsr), 'signatures come in another order than the call');
      holds('I5', sameBytes(signatures[i]!, this.#token.signatureOf(request.keyId, dtbsr)), 'a signature does not verify');
    }
  }

  #outcome(call: Delivered<'outcome'>, answer: Signed): void {
    const { request, life } = call;
    const said = this.read('outcome', outcomeStatement, answer, request.pageNonce);
    const operation = this.operations.byChallenge.get(toHex(request.challenge));
    if (said.record > 0) {
      const record = this.#durable(said.record, 'an outcome');
      holds('I10', record.operation !== null && sameBytes(record.operation, request.challenge), 'an outcome names a record of another operation');
    }
    if (said.receipt !== null)
      this.#receipt(this.read('receipt', receiptStatement, said.receipt, decode(receiptStatement, said.receipt.statement).pageNonce), toHex(request.challenge));
    if (operation === undefined) return;
    if (operation.approvedIn <= call.records) this.#notForgotten(operation, said.state, said.at);
    if (said.state === 'spent' || said.state === 'unused') holds('I10', operation.released.size === 0, `it is said that nothing was signed, and something was`);
    if (OVER.has(said.state)) operation.saidOver ??= this.journal.records.length;
    holds('I11', !OPEN.has(said.state) || operation.life === life, `"${said.state}" outlived a restart`);
  }

  #notForgotten({ handle, lastRecord }: WitnessedOperation, state: string, at: number): void {
    if (handle === undefined || lastRecord === undefined || at - lastRecord.at / 1000 > REMEMBERED_SECONDS) return;
    holds('I10', state !== 'unknown' && state !== 'issued', `it is said "${state}" of an approval that is durable`);
  }

  #stopped({ request, life }: Delivered<'freeze' | 'officerStop'>, keyId: Uint8Array, answer: Signed): void {
    const said = this.read('outcome', outcomeStatement, answer, request.pageNonce);
    const record = this.#durable(said.record, 'a stop');
    const event = said.about === 'revoke' ? 'revoked' : 'frozen';
    holds('I10', record.event === event && sameBytes(record.keyId!, keyId), 'a stop is acknowledged by another record');
    this.operations.stopAnswered(keyId, said.state === 'revoked', life, this.now());
  }

  #history(call: Delivered<'history'>, answer: Signed): void {
    const { request, records } = call;
    const said = this.read('history', historyStatement, answer, request.pageNonce);
    const durable = this.counters.entriesOf(request.signerId);
    holds('I10', said.lastNumber <= durable.length, 'a history tells more than is durable');
    const then = durable.filter(({ number }) => number <= records).length;
    holds('I9', said.lastNumber >= then, `a history ends at ${said.lastNumber}, and entry ${then} was durable before it was asked for`);
    for (const entry of said.entries) {
      const record = durable[entry.number - 1];
      holds('I8', record?.number === entry.record && record.event === entry.event, `entry ${entry.number} of a history is another`);
    }
    for (const key of said.keys)
      holds('I10', key.state !== 'active' || !this.operations.wasStopped(key.keyId, call), 'a key is active whose stop was acknowledged before');
  }

  #credential(call: Delivered<'credential'>, { credential }: AnswerOf<'credential'>): void {
    if (credential?.state === 'active')
      holds('I10', !this.operations.wasStopped(call.request.keyId, call), 'a key is active whose stop was acknowledged');
  }

  #enrolmentOutcome({ request }: Delivered<'enrolConfirm' | 'enrolOutcome'>, answer: Signed): void {
    const { state } = this.read('outcome', outcomeStatement, answer, request.pageNonce);
    this.enrolments.tell(request.enrolmentHash, state);
  }

  #revocations({ revocations }: AnswerOf<'revocations'>): void {
    for (const { statement, signature } of revocations) {
      const digest = sha256(signedPreimage('revocation', statement));
      holds('I6', sameBytes(signature, this.#token.identitySignatureOf(digest)), 'a revocation is not signed');
      const { orderId, keyId, command } = decode(revocationStatement, statement);
      holds('I6', this.commands.isRevocation(command, keyId), 'the CA is told of a revocation that officers did not command');
      this.enrolments.tell(orderId, 'revoked');
    }
  }

  #requireCopied(record: number, what: string): void {
    const copied = !this.#copyBeforeRelease || this.#copied.has(this.journal.groupOf.get(record)!);
    holds('I10', copied, `${what} is answered before the copy has it`);
  }

  #durable(number: number, what: string): JournalRecord {
    const record = this.journal.records[number - 1];
    holds('I10', record !== undefined, `${what} is acknowledged before it is durable`);
    this.#requireCopied(number, what);
    return record;
  }

  /** Whether a part of the journal is damaged that no start needed to read. */
  metOldDamage: () => boolean = () => false;

  /** Monotonic milliseconds. */
  now: () => number = () => 0;
}

/** The intent with the list that came beside it: it is the one to whose root the passkey answers. */
function withList(body: IntentBody, items: readonly Item[] | null): IntentBody {
  holds('I6', (body.itemsRoot === null) === (items === null), 'a list comes twice, or not at all');
  if (items === null || body.itemsRoot === null) return body;
  const leaves = listEntries(items).map((entry) => leafHash(entry, sha256));
  holds('I6', body.count === items.length && sameBytes(treeRoot(leaves, sha256), body.itemsRoot), 'an intent has the root of another list');
  return { ...body, items };
}

interface Claims {
  readonly jti: string;
  readonly sub: string;
  readonly client_id: string;
  readonly details: { readonly credentialID: string; readonly hashes: readonly string[] };
}

function claimsOf(ticket: string): Claims {
  return JSON.parse(Buffer.from(ticket.split('.')[1]!, 'base64url').toString('utf8')) as Claims;
}
