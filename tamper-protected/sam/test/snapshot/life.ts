// SPDX-License-Identifier: Apache-2.0
// Journal, memory and snapshots of a SAM without the rest, and a seeded life of many signers that is written into them.
import { join } from 'node:path';
import { encode } from '@sigillo/doors/schema';
import { type Log, openLog } from '@sigillo/wire';
import { authorisedDetail, endedDetail, genesisDetail, releasedDetail } from '../../src/journal/details.ts';
import { type Disk, realDisk } from '../../src/journal/disk.ts';
import { type Entry, Journal } from '../../src/journal/journal.ts';
import { Memory } from '../../src/memory.ts';
import { RowIndex } from '../../src/records/row-index.ts';
import { type BoundRow, RowMac } from '../../src/records/row-mac.ts';
import { authenticatorRow, type EnrolmentRow, enrolmentRow, signerRow, signingKeyRow, type TableName } from '../../src/records/tables.ts';
import { Snapshots } from '../../src/snapshot/snapshots.ts';
import type { Thawed } from '../../src/snapshot/thaw.ts';
import { realTimers } from '../../src/timers.ts';
import { type Seeded, seeded } from '../records/seeded.ts';

const STATE_KEY = new Uint8Array(32).map((_, i) => i);
const ID = new Uint8Array(16).map((_, i) => i + 1);
const HASH = new Uint8Array(32).map((_, i) => i + 2);

export interface OpenedParts {
  readonly memory: Memory;
  readonly index: RowIndex;
  readonly journal: Journal;
  readonly snapshots: Snapshots;
  readonly thawed: Thawed | undefined;
  readonly said: string[];
}

export interface PartsOptions {
  readonly disk?: Disk;
  readonly key?: Uint8Array;
  /** Look at the journal alone. */
  readonly withoutSnapshot?: boolean;
  readonly segmentBytesMax?: number;
}

export function openParts(folder: string, { disk = realDisk, key = HASH, withoutSnapshot = false, segmentBytesMax }: PartsOptions = {}): OpenedParts {
  const said: string[] = [];
  const log: Log = openLog('sam', (line) => said.push((JSON.parse(line) as { event: string }).event), () => 0);
  const snapshots = new Snapshots({ disk, folder, key, random: (length) => crypto.getRandomValues(new Uint8Array(length)), log });
  const empty = (): { memory: Memory; index: RowIndex } => {
    const index = new RowIndex(crypto.getRandomValues(new Uint8Array(8)));
    return { index, memory: new Memory(index, new RowMac(ID, STATE_KEY)) };
  };
  const { memory, index, thawed } = withoutSnapshot ? { ...empty(), thawed: undefined } : snapshots.open(empty);
  disk.makeFolder(join(folder, 'journal'));
  let now = 1_000_000_000;
  const journal = new Journal({
    disk,
    timers: realTimers,
    folder: join(folder, 'journal'),
    key: STATE_KEY,
    now: () => (now += 7),
    memory,
    ...(thawed === undefined ? {} : { resume: { from: thawed.resume, places: thawed.places } }),
    ...(segmentBytesMax === undefined ? {} : { segmentBytesMax }),
    copy: () => undefined,
    appended: () => undefined,
    durable: () => undefined,
    failed: (cause) => said.push(String(cause)),
    damaged: (record) => said.push(`damaged: ${record}`),
    checked: (record) => said.push(`checked: ${record}`),
  });
  return { memory, index, journal, snapshots, thawed, said };
}

/** All that memory knows, in plain values. */
export function everything({ memory, index }: OpenedParts): unknown {
  const { signers } = memory;
  const people = idsOf(index, 'signer').map((id) => {
    const { keys, authenticators, entries } = signers.of(id);
    const allowed = CLIENTS.filter((clientId) => signers.of(id).hasAllowed(clientId));
    const walk = Array.from({ length: entries }, (_, i) => signers.entryFrom(id, i + 1));
    return { id, keys, authenticators, entries, allowed, walk };
  });
  return {
    rows: (['signer', 'authenticator', 'signing_key', 'client', 'officer', 'enrolment'] as const).map((table) =>
      idsOf(index, table).map((id) => ({ table, id, ...index.get(table, id) })),
    ),
    people,
    counts: idsOf(index, 'authenticator').map((id) => [signers.signCount(id), signers.passkeyLastUsed(id)]),
    used: idsOf(index, 'signing_key').map((id) => signers.keyLastUsed(id)),
    orders: Array.from({ length: signers.orders.rows.count }, (_, row) => [signers.orders.id(row), signers.enrolmentOf(signers.orders.id(row))]),
    open: [...memory.open],
    past: [...memory.past].sort(([a], [b]) => (a < b ? -1 : 1)),
    outcomes: [...memory.outcomes].sort(([a], [b]) => (a < b ? -1 : 1)),
    forgottenUntil: memory.approvedTickets.forgottenUntil,
    tickets: [...memory.approvedTickets.entries()].sort(([a], [b]) => (a < b ? -1 : 1)),
    waiting: [...memory.waitingEnrolments],
    reserved: [...memory.reservedPasskeys],
    recent: [...memory.recentRows()],
    genesis: memory.genesis,
    epoch: memory.epoch,
  };
}

function idsOf(index: RowIndex, table: TableName): Uint8Array[] {
  return Array.from({ length: index.tables[table].rows.count }, (_, row) => index.tables[table].id(row));
}

export const CLIENTS: readonly string[] = Array.from({ length: 40 }, (_, i) => `client ${i}`);

interface Person {
  readonly signerId: Uint8Array;
  readonly keyId: Uint8Array;
  readonly passkey: Uint8Array;
  readonly enrolment: Uint8Array;
  state: 'confirmed' | 'ordered' | 'active';
  version: number;
}

interface Approved {
  readonly person: Person;
  readonly clientId: string;
  readonly handle: Uint8Array;
  readonly operation: Uint8Array;
}

/** What happens next, decided by the seed: enrolments, approvals, calls, ends, refusals, a freeze. */
export class Life {
  readonly #random: Seeded;
  readonly #people: Person[] = [];
  readonly #approved: Approved[] = [];

  constructor(seed: string) {
    this.#random = seeded(seed);
  }

  begin(journal: Journal): void {
    journal.append({ event: 'genesis', detail: encode(genesisDetail, GENESIS) });
    journal.append({ event: 'started' });
  }

  step(journal: Journal): void {
    const active = this.#people.filter(({ state }) => state === 'active');
    const choice = this.#random.below(10);
    if (choice < 2 || active.length === 0) journal.append(this.#enrol());
    else if (choice < 5) journal.append(this.#authorise(active[this.#random.below(active.length)]!));
    else if (choice < 8 && this.#approved.length > 0) for (const entry of this.#call(this.#approved.at(-1)!)) journal.append(entry);
    else if (choice < 9) journal.append(this.#end());
    else journal.append({ event: 'refused', code: 'handle_unknown', signerId: active[this.#random.below(active.length)]!.signerId });
  }

  /** A new signer, or the next step of one. */
  #enrol(): Entry {
    const random = this.#random;
    const unfinished = this.#people.find(({ state }) => state !== 'active');
    if (unfinished !== undefined && random.below(3) > 0) return this.#advance(unfinished);
    const fresh = this.#people.length === 0 || random.below(4) > 0;
    const person: Person = {
      signerId: fresh ? random.bytes(16) : this.#people[random.below(this.#people.length)]!.signerId,
      keyId: random.bytes(16),
      passkey: random.bytes(32),
      enrolment: random.bytes(32),
      state: 'confirmed',
      version: 1,
    };
    this.#people.push(person);
    return { event: 'enrolled', signerId: person.signerId, rows: [enrolmentOf(person, 'pending_proposal', false)] };
  }

  #advance(person: Person): Entry {
    person.version += 1;
    const { signerId, keyId, passkey } = person;
    if (person.state === 'confirmed') {
      person.state = 'ordered';
      return { event: 'key_ordered', signerId, keyId, rows: [enrolmentOf(person, 'ordered', true), keyOf(person, 1)] };
    }
    person.state = 'active';
    const passkeyRow = { table: 'authenticator' as const, id: passkey, version: 1, body: encode(authenticatorRow, { ...PASSKEY, signerId }) };
    const signer = { table: 'signer' as const, id: signerId, version: 1, body: encode(signerRow, SIGNER) };
    return { event: 'key_active', signerId, keyId, rows: [enrolmentOf(person, 'active', true), keyOf(person, 2), passkeyRow, signer] };
  }

  #authorise(person: Person): Entry {
    const random = this.#random;
    const approved = { person, clientId: CLIENTS[random.below(40)]!, handle: random.bytes(32), operation: random.bytes(32) };
    this.#approved.push(approved);
    const detail = encode(authorisedDetail, {
      ...AUTHORISED,
      handle: approved.handle,
      ticketId: `ticket ${random.below(1_000_000)}`,
      authenticator: person.passkey,
      signCount: random.below(1000),
    });
    return { ...about(approved), event: 'authorised', detail };
  }

  #call(approved: Approved): Entry[] {
    const random = this.#random;
    const indices = [random.below(4)];
    const detail = encode(releasedDetail, { handle: approved.handle, call: random.bytes(32), indices });
    const executing: Entry = { ...about(approved), event: 'executing', detail };
    return random.below(3) === 0 ? [executing] : [executing, { ...about(approved), event: 'released', detail }];
  }

  #end(): Entry {
    const approved = this.#approved[this.#random.below(this.#approved.length)];
    if (approved === undefined) return { event: 'row_bad', code: 'row_bad' };
    const event = (['unused', 'spent', 'indeterminate'] as const)[this.#random.below(3)]!;
    return { ...about(approved), event, code: 'op_expired', detail: encode(endedDetail, { handle: approved.handle, indices: [this.#random.below(4)] }) };
  }
}

function about({ person, clientId, operation }: Approved): Pick<Entry, 'signerId' | 'keyId'> & { clientId: string; operation: Uint8Array } {
  return { signerId: person.signerId, keyId: person.keyId, clientId, operation };
}

const SEALED = new Uint8Array(40).fill(5);
const GENESIS = {
  deploymentId: ID,
  samId: ID,
  deploymentHash: HASH,
  policyHash: HASH,
  officersHash: HASH,
  clientsHash: HASH,
  idpHash: HASH,
  rootsHash: HASH,
  identityHash: HASH,
};
const SIGNER = { status: 'active', assuranceLevel: 'none', evidenceHash: HASH, enrolmentHash: HASH, approvalsHash: HASH, created: 1 } as const;
const COSE_KEY = Buffer.from(`a5010203262001215820${'11'.repeat(32)}225820${'22'.repeat(32)}`, 'hex');
const PASSKEY = {
  credentialId: HASH,
  coseKey: COSE_KEY,
  aaguid: ID,
  attestation: 'none',
  rpId: 'sign.localhost',
  backupEligible: false,
  status: 'active',
  enrolmentHash: HASH,
  created: 1,
} as const;
const AUTHORISED = {
  ticketExpires: 2_000_000,
  clientKeyThumbprint: HASH,
  hashAlgorithm: '2.16.840.1.101.3.4.2.1',
  signatureAlgorithm: '1.2.840.10045.4.3.2',
  signatureParameters: null,
  dtbsrs: [HASH, HASH, HASH, HASH],
  expires: 2_000_000,
  bodyHash: HASH,
  assertionHash: HASH,
} as const;

function keyOf({ signerId, keyId }: Person, version: number): BoundRow {
  const body = encode(signingKeyRow, {
    signerId,
    state: version === 1 ? 'generated' : 'active',
    label: 'No. 1',
    algorithm: 'P-256',
    publicKey: SEALED,
    usage: 'signature',
    soleControlLevel: 2,
    claim: 'none_test',
    policyHash: HASH,
    signaturesMax: 100,
    envelope: SEALED,
    activation: SEALED,
    certificateHash: null,
    chain: null,
    notAfter: null,
    created: 1,
  });
  return { table: 'signing_key', id: keyId, version, body };
}

function enrolmentOf({ signerId, keyId, passkey, enrolment, version }: Person, state: EnrolmentRow['state'], ordered: boolean): BoundRow {
  const body = encode(enrolmentRow, {
    state,
    signerId,
    enrolment: SEALED,
    confirmation: SEALED,
    coseKey: COSE_KEY,
    assertion: { credentialId: passkey, authenticatorData: new Uint8Array(37), clientDataJson: SEALED, signature: SEALED, userHandle: null },
    approvalsUntil: 2_000_000,
    created: 1,
    proposal: null,
    approvals: [],
    keyId: ordered ? keyId : null,
    orderId: ordered ? keyId : null,
    orderIssued: ordered ? 1 : 0,
    certificationRequest: null,
  });
  return { table: 'enrolment', id: enrolment, version, body };
}
