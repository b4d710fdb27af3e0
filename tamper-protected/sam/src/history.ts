// SPDX-License-Identifier: Apache-2.0
// The signer's own view: keys, passkeys, and a page of events with the signed number of the newest. The numbers have no gaps, so nobody on
// the way can hide an event or add one unseen.
import type { Request } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import { type HistoryEntry, historyStatement, type HistoryStatement } from '@sigillo/doors/sap';
import { decode } from '@sigillo/doors/schema';
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import { clientRowId } from './activation/parties.ts';
import { namesPersonal, releasedDetail, releasedPersonal } from './journal/details.ts';
import { JournalError } from './journal/error.ts';
import type { Journal } from './journal/journal.ts';
import type { JournalRecord } from './journal/record.ts';
import { isHistoryEvent } from './memory.ts';
import { SamRefusal } from './refusals.ts';
import type { EntryAt } from './signer-memory.ts';
import { openChain } from './signing-key/chain.ts';
import type { State } from './state.ts';
import { type SignedStatement, signStatement } from './statements.ts';
import type { SubjectKey } from './subject-key.ts';

const PAGE = 100;
/** Names of long lists fill a page earlier, so that it fits into a statement. */
const PAGE_NAME_BYTES_MAX = 400_000;

export async function history(state: State, request: Request<(typeof samDoor)['history']>): Promise<SignedStatement> {
  const { signerId, before, pageNonce } = request;
  if (state.index.version('signer', signerId) === 0) throw new SamRefusal('unknown_signer');
  const { deploymentId, samId } = state.deployment;
  const subjectKey = await state.subjectKeys.of(signerId);
  const lastNumber = state.memory.signer(signerId).entries;
  const newest = Math.min(lastNumber, (before ?? lastNumber + 1) - 1);
  // Where the walk starts is known now, so that it is on the disk after the wait.
  const start = state.memory.signers.entryFrom(signerId, newest);
  const keys = await keysOf(state, signerId, subjectKey);
  const passkeys = await passkeysOf(state, signerId);
  // What was read may be newer than the disk; nothing is said before it is durable, and only then an entry has its place.
  await state.journal.durable();
  return signStatement(state.cryptoModule, 'history', historyStatement, {
    version: 1,
    operation: 'history',
    deploymentId,
    samId,
    signerId,
    keys,
    passkeys,
    entries: await entriesOf(state, signerId, start, newest, subjectKey),
    lastNumber,
    at: state.clock.seconds(),
    pageNonce,
  });
}

async function keysOf(state: State, signerId: Uint8Array, subjectKey: SubjectKey): Promise<HistoryStatement['keys']> {
  const keys: HistoryStatement['keys'][number][] = [];
  for (const keyId of state.memory.signer(signerId).keys) {
    const key = await state.rows.read('signing_key', keyId);
    if (key === undefined) continue;
    keys.push({
      keyId,
      label: key.label,
      state: key.state,
      level: { soleControlLevel: key.soleControlLevel, claim: key.claim },
      algorithm: key.algorithm,
      certificate: openChain(subjectKey, keyId, key)[0] ?? null,
      created: key.created,
      lastUsed: state.memory.signers.keyLastUsed(keyId),
    });
  }
  return keys;
}

async function passkeysOf(state: State, signerId: Uint8Array): Promise<HistoryStatement['passkeys']> {
  const passkeys: HistoryStatement['passkeys'][number][] = [];
  for (const rowId of state.memory.signer(signerId).authenticators) {
    const row = await state.rows.read('authenticator', rowId);
    if (row === undefined || row.status === 'removed') continue;
    passkeys.push({
      credentialId: row.credentialId,
      created: row.created,
      lastUsed: state.memory.signers.passkeyLastUsed(rowId),
      backupEligible: row.backupEligible,
      status: row.status,
    });
  }
  return passkeys;
}

async function entriesOf(
  state: State,
  signerId: Uint8Array,
  start: EntryAt,
  newest: number,
  subjectKey: SubjectKey,
): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  let nameBytes = 0;
  for (const record of recordsFrom(state.journal, signerId, start)) {
    if (record.entry > newest) continue;
    const entry = await entryOf(state, record, subjectKey);
    nameBytes += entry.names.reduce((sum, name) => sum + Buffer.byteLength(name), 0);
    if (nameBytes > PAGE_NAME_BYTES_MAX && entries.length > 0) break;
    entries.push(entry);
    if (entries.length === PAGE) break;
  }
  return entries;
}

/** Records of a signer's history, from an entry to the first; each names the one before. */
function* recordsFrom(journal: Journal, signerId: Uint8Array, start: EntryAt): Generator<JournalRecord> {
  let number = start.record;
  for (let { entry } = start; entry >= 1; entry--) {
    const record = journal.read(number);
    if (record.entry !== entry || record.signerId === null || !sameBytes(record.signerId, signerId))
      throw new JournalError('journal_broken', `record ${number} is not entry ${entry} of its history`);
    yield record;
    number = record.previousEntry;
  }
}

async function entryOf(state: State, record: JournalRecord, subjectKey: SubjectKey): Promise<HistoryEntry> {
  const { event, clientId } = record;
  if (!isHistoryEvent(event)) throw new SamRefusal('state_changed');
  const client = clientId === null ? undefined : await state.rows.read('client', clientRowId(clientId));
  return {
    number: record.entry,
    at: Math.floor(record.at / 1000),
    event,
    code: record.code,
    keyId: record.keyId,
    clientId,
    clientName: client?.name ?? null,
    names: namesOf(record, subjectKey),
    record: record.number,
    operation: record.operation,
  };
}

function namesOf(record: JournalRecord, subjectKey: SubjectKey): readonly string[] {
  const { personal, operation } = record;
  if (personal === null || operation === null) return [];
  if (record.event === 'authorised') return decode(namesPersonal, subjectKey.open(`authorised ${toHex(operation)}`, personal)).names;
  if (record.event !== 'released') return [];
  const { call } = decode(releasedDetail, record.detail);
  return decode(releasedPersonal, subjectKey.open(`released ${toHex(operation)} ${toHex(call)}`, personal)).names;
}
