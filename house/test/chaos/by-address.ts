// SPDX-License-Identifier: Apache-2.0
// The SAM's own reading of its record, loaded by its address: what stands in a home is read here as the SAM would read it at a start. What
// is used of it is written down here.
import type { Schema } from '@sigillo/doors/schema';

async function load<T>(path: string): Promise<T> {
  return (await import(new URL(`../../../tamper-protected/sam/src/${path}`, import.meta.url).href)) as T;
}

export interface RecordView {
  readonly number: number;
  readonly at: number;
  readonly event: string;
  readonly code: string;
  readonly signerId: Uint8Array | null;
  readonly keyId: Uint8Array | null;
  readonly operation: Uint8Array | null;
  readonly detail: Uint8Array;
  readonly personal: Uint8Array | null;
}

export interface GroupView {
  readonly number: number;
  readonly firstRecord: number;
  readonly count: number;
  readonly mac: Uint8Array;
}

interface Scanned {
  readonly group: number;
  readonly record: number;
  readonly tornBytes: number;
}

type Disk = object;
type ScanJournal = (disk: Disk, folder: string, key: Uint8Array, visit: (record: RecordView) => void, visitGroup: (group: GroupView, bytes: Uint8Array) => void) => Scanned;

export interface SubjectKey {
  open(context: string, sealed: Uint8Array): Uint8Array;
}
interface SubjectKeys {
  of(signerId: Uint8Array): Promise<SubjectKey>;
}
interface Database {
  copyGroup(number: number): Promise<Uint8Array | undefined>;
  copySize(): Promise<{ readonly count: number; readonly highest: number }>;
  close(): Promise<void>;
}

export interface CallDetail {
  readonly call: Uint8Array;
  readonly indices: readonly number[];
}
interface Details {
  readonly authorisedDetail: Schema<{ readonly dtbsrs: readonly Uint8Array[] }>;
  readonly executingDetail: Schema<CallDetail>;
  readonly releasedDetail: Schema<CallDetail>;
  readonly endedDetail: Schema<{ readonly indices: readonly number[] }>;
  readonly releasedPersonal: Schema<{ readonly signatures: readonly Uint8Array[] }>;
}

export interface Reading {
  readonly details: Details;
  readonly scanJournal: ScanJournal;
  readonly realDisk: Disk;
  readonly derivedKey: (secret: Uint8Array, label: string) => Uint8Array;
  readonly SubjectKeys: new (database: Database, stateKey: Uint8Array, random: (length: number) => Uint8Array) => SubjectKeys;
  readonly openDatabase: (connectionString: string, onIdleError: (cause: unknown) => void) => Database;
}
export type { Database, SubjectKeys };

export async function samReading(): Promise<Reading> {
  const { scanJournal } = await load<Pick<Reading, 'scanJournal'>>('journal/scan.ts');
  const { realDisk } = await load<Pick<Reading, 'realDisk'>>('journal/disk.ts');
  const { derivedKey } = await load<Pick<Reading, 'derivedKey'>>('hash.ts');
  const { SubjectKeys } = await load<Pick<Reading, 'SubjectKeys'>>('subject-keys.ts');
  const { openDatabase } = await load<Pick<Reading, 'openDatabase'>>('database.ts');
  const details = await load<Details>('journal/details.ts');
  return { details, scanJournal, realDisk, derivedKey, SubjectKeys, openDatabase };
}
