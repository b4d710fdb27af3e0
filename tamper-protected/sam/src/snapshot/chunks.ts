// SPDX-License-Identifier: Apache-2.0
// The file of a snapshot: a head of 24 bytes (magic, random id), then chunks: number (4), kind (4), length (4), payload, MAC over the id and
// all of that. A chunk fits into no other snapshot and no other place of its own; the last is of the kind `end`, and nothing follows it.
// No byte of a payload is looked at before its MAC is known to be right.
import { timingSafeEqual } from 'node:crypto';
import { concat } from '@sigillo/standards/bytes';
import { hmacSha256 } from '../hash.ts';
import type { Disk } from '../journal/disk.ts';

const MAGIC: Buffer = Buffer.from('SGLSNAP2', 'latin1');
export const SNAPSHOT_ID_BYTES = 16;
const FILE_HEAD_BYTES = 8 + SNAPSHOT_ID_BYTES;
const CHUNK_HEAD_BYTES = 12;
const MAC_BYTES = 32;
const PAYLOAD_BYTES_MAX = 4 * 1_048_576;
const WRITE_BYTES = 1_048_576;

export const KINDS = [
  'head',
  'signer',
  'authenticator',
  'signing_key',
  'client',
  'officer',
  'enrolment',
  'order',
  'places',
  'outcomes',
  'tickets',
  'forgotten',
  'open',
  'past',
  'waiting',
  'reserved',
  'recent',
  'clients',
  'pairs',
  'milestones',
  'end',
] as const;
export type ChunkKind = (typeof KINDS)[number];

export interface Chunk {
  readonly kind: ChunkKind;
  readonly payload: Uint8Array;
}

/** Why a snapshot is not used. */
export class SnapshotDamaged extends Error {
  override readonly name = 'SnapshotDamaged';
}

/** Writes chunks durably, about a mebibyte at a time. */
export async function writeChunks(disk: Disk, file: number, key: Uint8Array, id: Uint8Array, chunks: Iterable<Chunk>): Promise<number> {
  let waiting: Uint8Array[] = [MAGIC, id];
  let bytes = FILE_HEAD_BYTES;
  let written = 0;
  const flush = async (): Promise<void> => {
    await disk.write(file, concat(...waiting), written);
    written += bytes;
    waiting = [];
    bytes = 0;
  };
  let number = 0;
  for (const { kind, payload } of chunks) {
    const head = chunkHead(number++, kind, payload.length);
    waiting.push(head, payload, hmacSha256(key, id, head, payload));
    bytes += CHUNK_HEAD_BYTES + payload.length + MAC_BYTES;
    if (bytes >= WRITE_BYTES) await flush();
  }
  await flush();
  return written;
}

/** The chunks of a file, each with a right MAC, to the last. */
export function* readChunks(disk: Disk, file: number, key: Uint8Array): Generator<Chunk> {
  const fileHead = readAt(disk, file, 0, FILE_HEAD_BYTES);
  if (!MAGIC.equals(fileHead.subarray(0, 8))) throw new SnapshotDamaged('not a snapshot');
  const id = fileHead.subarray(8);
  let offset = FILE_HEAD_BYTES;
  for (let number = 0; ; number++) {
    const head = readAt(disk, file, offset, CHUNK_HEAD_BYTES);
    const { kind, length } = readChunkHead(head, number);
    const rest = readAt(disk, file, offset + CHUNK_HEAD_BYTES, length + MAC_BYTES);
    const payload = new Uint8Array(rest.buffer, rest.byteOffset, length);
    if (!timingSafeEqual(hmacSha256(key, id, head, payload), rest.subarray(length))) throw new SnapshotDamaged(`MAC of chunk ${number}`);
    offset += CHUNK_HEAD_BYTES + length + MAC_BYTES;
    if (kind === 'end') break;
    yield { kind, payload };
  }
  if (hasByteAt(disk, file, offset)) throw new SnapshotDamaged('something follows the end');
}

function chunkHead(number: number, kind: ChunkKind, length: number): Uint8Array {
  const head = Buffer.alloc(CHUNK_HEAD_BYTES);
  head.writeUInt32BE(number, 0);
  head.writeUInt32BE(KINDS.indexOf(kind), 4);
  head.writeUInt32BE(length, 8);
  return head;
}

function readChunkHead(head: Uint8Array, expected: number): { readonly kind: ChunkKind; readonly length: number } {
  const view = new DataView(head.buffer, head.byteOffset, CHUNK_HEAD_BYTES);
  const kind = KINDS[view.getUint32(4)];
  const length = view.getUint32(8);
  if (view.getUint32(0) !== expected || kind === undefined || length > PAYLOAD_BYTES_MAX)
    throw new SnapshotDamaged(`head of chunk ${expected}`);
  return { kind, length };
}

function readAt(disk: Disk, file: number, offset: number, length: number): Uint8Array {
  try {
    return disk.readAt(file, offset, length);
  } catch (cause) {
    throw new SnapshotDamaged(`cannot be read at byte ${offset}`, { cause });
  }
}

function hasByteAt(disk: Disk, file: number, offset: number): boolean {
  try {
    return disk.readAt(file, offset, 1).length === 1;
  } catch {
    // The file ends here, as it must.
    return false;
  }
}
