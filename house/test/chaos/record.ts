// SPDX-License-Identifier: Apache-2.0
// The SAM's record as it stands on the disk, its copy in PostgreSQL, and the crypto module's own count: three witnesses that have to say
// the same. The state key is unsealed by the crypto module, as it would be for the SAM.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cryptoModuleDoor } from '@sigillo/doors/crypto-module';
import { decode } from '@sigillo/doors/schema';
import { toHex } from '@sigillo/standards/bytes';
import { connectLink, secretFile } from '@sigillo/wire';
import type { Instance } from '../../src/instance.ts';
import { type Database, type GroupView, type Reading, type RecordView, samReading, type SubjectKeys } from './by-address.ts';

export interface ItemsOf {
  readonly record: number;
  readonly indices: readonly number[];
}
export interface ReleasedItems extends ItemsOf {
  readonly call: string;
  readonly signatures: readonly Uint8Array[];
}
export interface EndedItems extends ItemsOf {
  readonly event: string;
}

/** All that the record says about one operation from its approval on. */
export interface Operation {
  readonly challenge: string;
  readonly keyId: string;
  readonly record: number;
  /** The approved hashes, in their order. */
  readonly dtbsrs: readonly string[];
  readonly executing: ItemsOf[];
  readonly released: ReleasedItems[];
  readonly ended: EndedItems[];
}

export interface SamRecord {
  readonly operations: ReadonlyMap<string, Operation>;
  /** Number of the record that froze a key. */
  readonly stopped: ReadonlyMap<string, number>;
  readonly revoked: ReadonlySet<string>;
  /** Numbers of the records of starts. */
  readonly starts: readonly number[];
  readonly groups: readonly GroupView[];
  readonly lastRecord: number;
}

/** What one process of the crypto module says of itself. */
export interface ModuleCount {
  /** Of its present start. */
  readonly boot: string;
  readonly signatures: number;
}

export interface Witnesses {
  record(): Promise<SamRecord>;
  /** The body of a group in the copy. */
  copied(group: number): Promise<Uint8Array | undefined>;
  copySize(): ReturnType<Database['copySize']>;
  /** Of each process of the crypto module, in the order in which the SAM has them. */
  counts(): Promise<readonly ModuleCount[]>;
  /** The bytes of groups in the file, from a number on. */
  groupsFrom(first: number): ReadonlyMap<number, Uint8Array>;
  close(): Promise<void>;
}

export const MODULES = ['crypto-module', 'crypto-module-2'] as const;

export async function openWitnesses({ layout }: Instance): Promise<Witnesses> {
  const reading = await samReading();
  const modules = MODULES.map((name) =>
    connectLink({
      door: cryptoModuleDoor,
      name: 'crypto-module',
      path: layout.socket(name),
      key: secretFile(layout.key('sam-crypto-module'), 'sam-crypto-module'),
      random: (length) => randomBytes(length),
      monotonic: () => performance.now(),
    }),
  );
  const context = { requestId: '' };
  const sealed = readFileSync(join(layout.folder('sam'), 'state.key'));
  const stateKey = (await modules[0]!.call('unseal', { sealed }, context)).secret;
  const database = reading.openDatabase(readFileSync(join(layout.home, 'keys', 'database-sam.url'), 'utf8'), () => undefined);
  const subjectKeys = new reading.SubjectKeys(database, stateKey, (length) => randomBytes(length));
  const journal = join(layout.folder('sam'), 'journal');
  const key = reading.derivedKey(stateKey, 'sigillo/sam/journal/1');
  return {
    record: () => readRecord(reading, journal, key, subjectKeys),
    copied: (group) => database.copyGroup(group),
    copySize: () => database.copySize(),
    counts: () =>
      Promise.all(
        modules.map(async (module) => {
          const { bootNonce, signatures } = await module.call('info', {}, context);
          return { boot: toHex(bootNonce), signatures };
        }),
      ),
    groupsFrom: (first) => {
      const found = new Map<number, Uint8Array>();
      reading.scanJournal(reading.realDisk, journal, key, () => undefined, ({ number }, bytes) => {
        if (number >= first) found.set(number, new Uint8Array(bytes));
      });
      return found;
    },
    close: async () => {
      for (const module of modules) module.close();
      await database.close();
    },
  };
}

async function readRecord(reading: Reading, journal: string, key: Uint8Array, subjectKeys: SubjectKeys): Promise<SamRecord> {
  const records: RecordView[] = [];
  const groups: GroupView[] = [];
  const scan = reading.scanJournal(reading.realDisk, journal, key, (record) => records.push(record), ({ number, firstRecord, count, mac }) =>
    groups.push({ number, firstRecord, count, mac: new Uint8Array(mac) }),
  );
  const operations = new Map<string, Operation>();
  const stopped = new Map<string, number>();
  const revoked = new Set<string>();
  for (const record of records) {
    const keyId = record.keyId === null ? '' : toHex(record.keyId);
    if ((record.event === 'frozen' || record.event === 'revoked') && !stopped.has(keyId)) stopped.set(keyId, record.number);
    if (record.event === 'revoked') revoked.add(keyId);
    if (record.operation !== null) await tell(reading, subjectKeys, operations, record, toHex(record.operation));
  }
  return { operations, stopped, revoked, starts: records.filter(({ event }) => event === 'started').map(({ number }) => number), groups, lastRecord: scan.record };
}

async function tell({ details }: Reading, subjectKeys: SubjectKeys, operations: Map<string, Operation>, record: RecordView, challenge: string): Promise<void> {
  const { event, number, detail } = record;
  if (event === 'authorised') {
    const dtbsrs = decode(details.authorisedDetail, detail).dtbsrs.map(toHex);
    operations.set(challenge, { challenge, keyId: toHex(record.keyId!), record: number, dtbsrs, executing: [], released: [], ended: [] });
    return;
  }
  // What ended before it was approved has no items.
  const operation = operations.get(challenge);
  if (operation === undefined) return;
  if (event === 'executing') operation.executing.push({ record: number, indices: decode(details.executingDetail, detail).indices });
  if (event === 'released') {
    const { call, indices } = decode(details.releasedDetail, detail);
    const personal = (await subjectKeys.of(record.signerId!)).open(`released ${challenge} ${toHex(call)}`, record.personal!);
    operation.released.push({ record: number, call: toHex(call), indices, signatures: decode(details.releasedPersonal, personal).signatures });
  }
  if (event === 'unused' || event === 'spent' || event === 'indeterminate') operation.ended.push({ record: number, event, indices: decode(details.endedDetail, detail).indices });
}
