// SPDX-License-Identifier: Apache-2.0
// The durable journal, read from the disk by this code and no other: groups, their MACs, the chain of records. What was durable once must be
// the start of every later journal (I8).
import { hkdfSync } from 'node:crypto';
import { decode } from '@sigillo/doors/schema';
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import { journalRecord, type JournalRecord } from '../../../src/journal/record.ts';
import { hmac, sha256 } from '../keys.ts';
import { holds } from '../violation.ts';

const HEAD_BYTES = 72;
const MAC_BYTES = 32;
const NOTHING = new Uint8Array(32);

interface Group {
  readonly number: number;
  readonly firstRecord: number;
  readonly previousMac: Uint8Array;
  readonly mac: Uint8Array;
  readonly bytes: Uint8Array;
  /** The file that it stands in, from 1. */
  readonly segment: number;
  readonly records: readonly Uint8Array[];
}

/** What of a file of the journal is durable; undefined where there is no such file. */
export type DurableSegments = (segment: number) => Uint8Array | undefined;

export class WitnessedJournal {
  readonly groups: Group[] = [];
  readonly records: JournalRecord[] = [];
  /** By record, the group that it stands in. */
  readonly groupOf: Map<number, number> = new Map();
  #key: Uint8Array = NOTHING;
  #recordHash: Uint8Array = NOTHING;
  /** Up to where the files were read since one of them last changed its place. */
  #segment = 1;
  #read = 0;
  readonly #taken: (record: JournalRecord) => void;

  constructor(taken: (record: JournalRecord) => void) {
    this.#taken = taken;
  }

  useStateKey(stateKey: Uint8Array): void {
    this.#key = keyOf(stateKey);
  }

  /** Whether something durable was written, with a key that comes from this one. */
  isOf(stateKey: Uint8Array | undefined): boolean {
    return stateKey !== undefined && this.groups.length > 0 && sameBytes(this.#key, keyOf(stateKey));
  }

  /** Number and hash of the last record. */
  get head(): string {
    return `${this.records.length} ${toHex(this.#recordHash)}`;
  }

  /** Takes what was appended. */
  more(segments: DurableSegments): void {
    for (;;) {
      const bytes = segments(this.#segment);
      const group = bytes === undefined ? undefined : readGroup(this.#key, bytes, this.#read, this.#segment);
      if (group !== undefined) {
        this.#read += group.bytes.length;
        this.#take(group);
      } else if (!this.#turnOver(segments)) return;
    }
  }

  /** Reads the files from their start: all that was there is there, to the byte, and more may follow. */
  again(segments: DurableSegments): void {
    this.#segment = 1;
    this.#read = 0;
    for (const known of this.groups) {
      if (this.#segment !== known.segment) this.#turnOver(segments);
      const now = segments(known.segment)?.subarray(this.#read, this.#read + known.bytes.length) ?? NOTHING;
      const same = this.#segment === known.segment && Buffer.compare(now, known.bytes) === 0;
      holds('I8', same, `group ${known.number} was durable and is not there any more`);
      this.#read += known.bytes.length;
    }
    this.more(segments);
  }

  /** The file that a record stands in; 0 for no record. */
  segmentOf(record: number): number {
    const group = this.groupOf.get(record);
    return group === undefined ? 0 : this.groups[group - 1]!.segment;
  }

  /** The groups of one file. */
  groupsIn(segment: number): readonly Group[] {
    return this.groups.filter((group) => group.segment === segment);
  }

  /** A file that was read to where only zeros are left is followed by the next. */
  #turnOver(segments: DurableSegments): boolean {
    const left = segments(this.#segment)?.subarray(this.#read);
    if (this.#read === 0 || left === undefined || left.some((byte) => byte !== 0) || segments(this.#segment + 1) === undefined) return false;
    this.#segment += 1;
    this.#read = 0;
    return true;
  }

  #take(group: Group): void {
    const last = this.groups.at(-1);
    holds('I8', group.number === (last?.number ?? 0) + 1, `group ${group.number} follows group ${last?.number ?? 0}`);
    holds('I8', sameBytes(group.previousMac, last?.mac ?? NOTHING), `group ${group.number} does not continue the chain`);
    holds('I8', group.firstRecord === this.records.length + 1, `group ${group.number} begins with another record`);
    this.groups.push(group);
    for (const bytes of group.records) {
      const record = decode(journalRecord, bytes);
      holds('I8', record.number === this.records.length + 1, `record ${record.number} follows record ${this.records.length}`);
      holds('I8', sameBytes(record.previous, this.#recordHash), `record ${record.number} does not continue the chain`);
      holds('I8', (record.event === 'genesis') === (record.number === 1), `record ${record.number} is ${record.event}`);
      this.#recordHash = sha256(bytes);
      this.records.push(record);
      this.groupOf.set(record.number, group.number);
      this.#taken(record);
    }
  }
}

function keyOf(stateKey: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', stateKey, new Uint8Array(0), 'sigillo/sam/journal/1', 32));
}

function readGroup(key: Uint8Array, file: Uint8Array, start: number, segment: number): Group | undefined {
  const view = Buffer.from(file.buffer, file.byteOffset, file.byteLength).subarray(start);
  if (view.length < HEAD_BYTES + MAC_BYTES || view.toString('latin1', 0, 8) !== 'SGLJRN01') return undefined;
  const end = HEAD_BYTES + view.readUInt32BE(28) + MAC_BYTES;
  if (end > view.length) return undefined;
  const mac = view.subarray(end - MAC_BYTES, end);
  if (!sameBytes(hmac(key, view.subarray(0, end - MAC_BYTES)), mac)) return undefined;
  const records: Uint8Array[] = [];
  for (let at = HEAD_BYTES; at < end - MAC_BYTES;) {
    const length = view.readUInt32BE(at);
    records.push(new Uint8Array(view.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return {
    number: Number(view.readBigUInt64BE(8)),
    firstRecord: Number(view.readBigUInt64BE(16)),
    previousMac: new Uint8Array(view.subarray(40, 72)),
    mac: new Uint8Array(mac),
    bytes: new Uint8Array(view.subarray(0, end)),
    segment,
    records,
  };
}
