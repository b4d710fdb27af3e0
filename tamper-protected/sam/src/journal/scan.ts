// SPDX-License-Identifier: Apache-2.0
// Reads the whole journal at start. A break with no valid group after it was never acknowledged: it is dropped, and said. A break with a
// valid group after it is damage or tampering: the SAM does not start.
import { decode } from '@sigillo/doors/schema';
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import { sha256 } from '../hash.ts';
import type { Disk } from './disk.ts';
import { JournalError } from './error.ts';
import { GROUP_HEAD_BYTES, GROUP_MAGIC, readGroup, type ReadGroup } from './group.ts';
import { journalRecord, type JournalRecord } from './record.ts';
import { endOfWritten, listSegments, offsetOf, placeOf, segmentOf, segmentPath, type Place } from './segments.ts';

export interface Head {
  /** Number of the last group, 0 in an empty journal. */
  readonly group: number;
  readonly groupMac: Uint8Array;
  /** Number of the last record, 0 in an empty journal. */
  readonly record: number;
  readonly recordHash: Uint8Array;
}

export interface Scan extends Head {
  /** The last segment and how many of its bytes are valid; segment 0 where there is none. */
  readonly segment: number;
  readonly segmentBytes: number;
  /** Bytes of a group that was never acknowledged. */
  readonly tornBytes: number;
  /** Segments after the last valid group, to be removed. */
  readonly emptySegments: readonly number[];
}

/** A record that was read before, and the place of its group. */
export interface ResumePoint extends Head {
  readonly place: Place;
}

export const NOTHING: Head = { group: 0, groupMac: new Uint8Array(32), record: 0, recordHash: new Uint8Array(32) };

export function scanJournal(
  disk: Disk,
  folder: string,
  key: Uint8Array,
  visit: (record: JournalRecord) => void,
  visitGroup: (group: ReadGroup, bytes: Uint8Array, place: Place) => void = () => undefined,
  from?: ResumePoint,
): Scan {
  const segments = listSegments(disk, folder);
  let head = NOTHING;
  let last = { segment: 0, bytes: 0 };
  for (const [index, segment] of segments.entries()) {
    if (segment !== index + 1) throw new JournalError('journal_broken', `segment ${index + 1} is missing`);
    if (from !== undefined && segment < segmentOf(from.place)) continue;
    const bytes = disk.read(segmentPath(folder, segment));
    let offset = 0;
    if (from !== undefined && segment === segmentOf(from.place)) {
      const group = requireResumePoint(key, bytes, from);
      head = readRecords(afterRecord(group, from.record), from, segment, visit);
      visitGroup(group, bytes.subarray(offsetOf(from.place), group.end), from.place);
      offset = group.end;
    }
    for (;;) {
      const group = readGroup(key, bytes, offset);
      if (group === undefined || !follows(group, head)) break;
      head = readRecords(group, head, segment, visit);
      visitGroup(group, bytes.subarray(offset, group.end), placeOf(segment, offset));
      offset = group.end;
    }
    if (offset > 0 || index === 0) last = { segment, bytes: offset };
    const tornBytes = endOfWritten(bytes, offset) - offset;
    if (tornBytes === 0 && offset > 0) continue;
    refuseIfMoreFollows(disk, folder, key, bytes, offset, segments.slice(index), head.group + 1);
    const emptySegments = segments.slice(offset > 0 || index === 0 ? index + 1 : index);
    return { ...head, segment: last.segment, segmentBytes: last.bytes, tornBytes, emptySegments };
  }
  if (from !== undefined && head === NOTHING) throw notHeld(from);
  return { ...head, segment: last.segment, segmentBytes: last.bytes, tornBytes: 0, emptySegments: [] };
}

/** The group with the record that memory has already; without it the journal is not the one that memory was made of. */
function requireResumePoint(key: Uint8Array, bytes: Uint8Array, from: ResumePoint): ReadGroup {
  const group = readGroup(key, bytes, offsetOf(from.place));
  if (group === undefined || !sameBytes(group.mac, from.groupMac)) throw notHeld(from);
  return group;
}

function afterRecord(group: ReadGroup, record: number): ReadGroup {
  return { ...group, records: group.records.slice(record - group.firstRecord + 1) };
}

function notHeld(head: Head): JournalError {
  return new JournalError('journal_broken', `the snapshot was made of a journal with ${headToString(head)}, and this one does not have it`);
}

export function follows(group: ReadGroup, head: Omit<Head, 'recordHash'>): boolean {
  return group.number === head.group + 1 && group.firstRecord === head.record + 1 && sameBytes(group.previousMac, head.groupMac);
}

/** Inside a group whose MAC is right, every record must be in its place in the chain. */
export function readRecords(group: ReadGroup, head: Head, segment: number, visit: (record: JournalRecord) => void): Head {
  let { record: number, recordHash } = head;
  for (const { offset, bytes } of group.records) {
    const record = readRecord(bytes, placeText(number + 1, segment, offset));
    if (record.number !== number + 1 || !sameBytes(record.previous, recordHash))
      throw new JournalError('journal_broken', placeText(number + 1, segment, offset));
    visit(record);
    number = record.number;
    recordHash = sha256(bytes);
  }
  return { group: group.number, groupMac: new Uint8Array(group.mac), record: number, recordHash };
}

function readRecord(bytes: Uint8Array, place: string): JournalRecord {
  try {
    return decode(journalRecord, bytes);
  } catch (cause) {
    throw new JournalError('journal_broken', place, { cause });
  }
}

const placeText = (number: number, segment: number, offset: number): string => `record ${number}, segment ${segment}, offset ${offset}`;

function refuseIfMoreFollows(
  disk: Disk,
  folder: string,
  key: Uint8Array,
  bytes: Uint8Array,
  offset: number,
  rest: readonly number[],
  expected: number,
): void {
  const where = (segment: number, at: number): string =>
    `break in segment ${rest[0]} at byte ${offset}, valid group in segment ${segment} at byte ${at}`;
  // At the break itself a group with a right MAC is one that does not continue the chain: something before it is missing.
  const here = validGroupFrom(key, bytes, offset) ?? laterHeadFrom(bytes, offset, expected);
  if (here !== undefined) throw new JournalError('journal_broken', where(rest[0]!, here));
  for (const segment of rest.slice(1)) {
    const other = disk.read(segmentPath(folder, segment));
    const later = validGroupFrom(key, other, 0) ?? laterHeadFrom(other, 0, expected);
    if (later !== undefined) throw new JournalError('journal_broken', where(segment, later));
  }
}

function validGroupFrom(key: Uint8Array, bytes: Uint8Array, start: number): number | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = view.indexOf(GROUP_MAGIC, start); at !== -1; at = view.indexOf(GROUP_MAGIC, at + 1)) {
    if (readGroup(key, view, at) !== undefined) return at;
  }
  return undefined;
}

/**
 * A group is written only when the one before is durable: the head of a later one, even of one whose MAC is wrong, says that more is
 * missing than a torn end.
 */
function laterHeadFrom(bytes: Uint8Array, start: number, expected: number): number | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = view.indexOf(GROUP_MAGIC, start); at !== -1; at = view.indexOf(GROUP_MAGIC, at + 1)) {
    if (view.length - at < GROUP_HEAD_BYTES) return undefined;
    const number = Number(view.readBigUInt64BE(at + 8));
    if (number > expected && number < expected + GROUPS_AHEAD) return at;
  }
  return undefined;
}

const GROUPS_AHEAD = 2 ** 24;

export function headToString(head: Head): string {
  return `group ${head.group}, record ${head.record}, hash ${toHex(head.recordHash).slice(0, 16)}`;
}
