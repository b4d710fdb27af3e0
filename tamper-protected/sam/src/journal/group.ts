// SPDX-License-Identifier: Apache-2.0
// A group is what one durable write appends: a head of 72 bytes, the records (each with its length in front), and a MAC over both.
//   0 magic (8) · 8 number (8) · 16 number of its first record (8) · 24 count of records (4) · 28 length of the records (4) · 32 zeros (8) · 40 MAC of the group before (32)
import { timingSafeEqual } from 'node:crypto';
import { hmacSha256 } from '../hash.ts';
import { JournalError } from './error.ts';

export const GROUP_HEAD_BYTES = 72;
export const GROUP_MAC_BYTES = 32;
export const GROUP_MAGIC: Buffer = Buffer.from('SGLJRN01', 'latin1');

export interface GroupHead {
  readonly number: number;
  readonly firstRecord: number;
  readonly count: number;
  readonly length: number;
  readonly previousMac: Uint8Array;
}

export function encodeGroup(key: Uint8Array, head: Omit<GroupHead, 'length' | 'count'>, records: readonly Uint8Array[]): Buffer {
  let length = 0;
  for (const record of records) length += 4 + record.length;
  const group = Buffer.alloc(GROUP_HEAD_BYTES + length + GROUP_MAC_BYTES);
  GROUP_MAGIC.copy(group, 0);
  group.writeBigUInt64BE(BigInt(head.number), 8);
  group.writeBigUInt64BE(BigInt(head.firstRecord), 16);
  group.writeUInt32BE(records.length, 24);
  group.writeUInt32BE(length, 28);
  group.set(head.previousMac, 40);
  let at = GROUP_HEAD_BYTES;
  for (const record of records) {
    group.writeUInt32BE(record.length, at);
    group.set(record, at + 4);
    at += 4 + record.length;
  }
  group.set(hmacSha256(key, group.subarray(0, at)), at);
  return group;
}

export interface ReadGroup extends GroupHead {
  readonly mac: Uint8Array;
  /** Offset and bytes of each record; the offset counts from the start of `bytes`. */
  readonly records: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
  /** Where the next group starts. */
  readonly end: number;
}

/** The head of a group as it says itself, before its MAC is known to be right. */
export function readGroupHead(bytes: Uint8Array): Pick<GroupHead, 'firstRecord' | 'count' | 'length'> | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.compare(GROUP_MAGIC, 0, 8, 0, 8) !== 0) return undefined;
  return { firstRecord: Number(view.readBigUInt64BE(16)), count: view.readUInt32BE(24), length: view.readUInt32BE(28) };
}

/** The group at `offset`, or undefined where there is none whose MAC is right. One that is MACed and not as `encodeGroup` writes it breaks the journal. */
export function readGroup(key: Uint8Array, bytes: Uint8Array, offset: number): ReadGroup | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length - offset < GROUP_HEAD_BYTES + GROUP_MAC_BYTES) return undefined;
  if (view.compare(GROUP_MAGIC, 0, 8, offset, offset + 8) !== 0) return undefined;
  const length = view.readUInt32BE(offset + 28);
  const macAt = offset + GROUP_HEAD_BYTES + length;
  if (macAt + GROUP_MAC_BYTES > view.length) return undefined;
  const mac = view.subarray(macAt, macAt + GROUP_MAC_BYTES);
  if (!timingSafeEqual(hmacSha256(key, view.subarray(offset, macAt)), mac)) return undefined;
  const group = {
    number: Number(view.readBigUInt64BE(offset + 8)),
    firstRecord: Number(view.readBigUInt64BE(offset + 16)),
    count: view.readUInt32BE(offset + 24),
    length,
    previousMac: view.subarray(offset + 40, offset + 72),
    mac,
    records: cut(view, offset + GROUP_HEAD_BYTES, macAt),
    end: macAt + GROUP_MAC_BYTES,
  };
  const isWhole = Number.isSafeInteger(group.number) && Number.isSafeInteger(group.firstRecord) && group.count === group.records.length;
  if (!isWhole || view.readBigUInt64BE(offset + 32) !== 0n) throw new JournalError('journal_broken', `form of the group at byte ${offset}`);
  return group;
}

function cut(view: Buffer, start: number, end: number): ReadGroup['records'] {
  const records: { offset: number; bytes: Uint8Array }[] = [];
  for (let at = start; at < end;) {
    const next = at + 4 <= end ? at + 4 + view.readUInt32BE(at) : Infinity;
    if (next > end) throw new JournalError('journal_broken', `length of the record at byte ${at}`);
    records.push({ offset: at, bytes: view.subarray(at + 4, next) });
    at = next;
  }
  return records;
}
