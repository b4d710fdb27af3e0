// SPDX-License-Identifier: Apache-2.0
// The journal: once as it lies on the disk, where everything but what was written is damage, and once with every change that somebody with the key could
// have made a right MAC for. What was read, written again, is the file.
import { encode } from '@sigillo/doors/schema';
import { concat } from '@sigillo/standards/bytes';
import { cborMutation, byteMutations, type Mutation, type Parser } from '@sigillo/standards/test/fuzz';
import { hmacSha256, sha256 } from '../../src/hash.ts';
import { JournalError } from '../../src/journal/error.ts';
import { encodeGroup, GROUP_HEAD_BYTES, GROUP_MAC_BYTES } from '../../src/journal/group.ts';
import { journalRecord, type JournalRecord } from '../../src/journal/record.ts';
import { scanJournal } from '../../src/journal/scan.ts';
import { diskOf } from './disk.ts';

const KEY = new Uint8Array(32).fill(0x4a);
const ZEROS = new Uint8Array(32);
const isRefusal = (error: unknown): boolean => error instanceof JournalError;

const RECORDS = chain(5);
const GROUPS = groups([RECORDS.slice(0, 1), RECORDS.slice(1, 4), RECORDS.slice(4)]);
const FILES = [concat(...GROUPS), concat(...GROUPS, new Uint8Array(300)), GROUPS[0]!, concat(GROUPS[0]!, GROUPS[1]!.subarray(0, 100)), new Uint8Array(0)];
/** A group for itself, without its MAC. */
const BARE = [groups([RECORDS.slice(0, 1)])[0]!, groups([RECORDS.slice(0, 3)])[0]!].map((group) => group.subarray(0, -GROUP_MAC_BYTES));

const file: Parser<Uint8Array> = {
  name: 'journal-file',
  valid: FILES,
  mutations: [(input, random, other) => concat(input.subarray(0, cutAt(random.below(4))), other.subarray(cutAt(random.below(4))))],
  isRefusal,
  respell(input) {
    const read: Uint8Array[] = [];
    const scan = scanJournal(diskOf({ 'journal-00000001': input }), '', KEY, () => undefined, (_group, bytes) => read.push(bytes));
    const whole = concat(...read, input.subarray(scan.segmentBytes));
    const ahead = input.subarray(scan.segmentBytes + scan.tornBytes);
    const isOurs = read.every((bytes, i) => Buffer.compare(bytes, GROUPS[i] ?? ZEROS) === 0) && ahead.every((byte) => byte === 0);
    return isOurs ? whole : concat(...GROUPS);
  },
};

const recordMutation: Mutation<Uint8Array> = (input, random, other) => {
  const at = GROUP_HEAD_BYTES + 4;
  if (input.length <= at || random.once(3)) return random.pick(byteMutations)(input, random, other);
  const record = cborMutation(input.subarray(at), random, other.subarray(at));
  const group = concat(input.subarray(0, at), record);
  const view = new DataView(group.buffer);
  view.setUint32(28, group.length - GROUP_HEAD_BYTES);
  view.setUint32(GROUP_HEAD_BYTES, record.length);
  return group;
};

const group: Parser<Uint8Array> = {
  name: 'journal-group',
  valid: BARE,
  mutations: [recordMutation],
  isRefusal: (error) => isRefusal(error) || error instanceof NoGroup,
  respell(input) {
    const records: Uint8Array[] = [];
    let ours: Uint8Array | undefined;
    const bytes = concat(input, hmacSha256(KEY, input));
    scanJournal(diskOf({ 'journal-00000001': bytes }), '', KEY, (record) => records.push(encode(journalRecord, record)), ({ number, firstRecord, previousMac }) => {
      ours ??= encodeGroup(KEY, { number, firstRecord, previousMac }, records.splice(0)).subarray(0, -GROUP_MAC_BYTES);
    });
    if (ours === undefined) throw new NoGroup();
    return ours;
  },
};

/** The scan took the bytes for the torn end of what was never acknowledged. */
class NoGroup extends Error {}

export const ofJournal: readonly Parser<Uint8Array>[] = [file, group];

function cutAt(group: number): number {
  return GROUPS.slice(0, group).reduce((length, bytes) => length + bytes.length, 0);
}

function chain(count: number): readonly Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let number = 1; number <= count; number++) {
    const previous = records.length === 0 ? ZEROS : sha256(records.at(-1)!);
    const record: JournalRecord = {
      number,
      previous,
      at: 1_800_000_000_000 + number,
      event: number === 1 ? 'genesis' : 'authorised',
      code: '',
      signerId: number === 1 ? null : new Uint8Array(16).fill(number),
      entry: number - 1,
      keyId: null,
      clientId: number === 1 ? null : 'client-7',
      operation: new Uint8Array(32).fill(number),
      rows: number === 2 ? [{ table: 'signer', id: new Uint8Array(16).fill(1), version: 1, body: Uint8Array.of(0xa0) }] : [],
      detail: new Uint8Array(number),
      personal: number === 3 ? new Uint8Array(28) : null,
      previousEntry: number < 3 ? 0 : number - 1,
    };
    records.push(encode(journalRecord, record));
  }
  return records;
}

function groups(parts: readonly (readonly Uint8Array[])[]): readonly Uint8Array[] {
  const made: Uint8Array[] = [];
  let firstRecord = 1;
  for (const [i, records] of parts.entries()) {
    made.push(encodeGroup(KEY, { number: i + 1, firstRecord, previousMac: i === 0 ? ZEROS : made[i - 1]!.subarray(-GROUP_MAC_BYTES) }, records));
    firstRecord += records.length;
  }
  return made;
}
