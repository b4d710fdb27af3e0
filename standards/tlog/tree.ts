// SPDX-License-Identifier: Apache-2.0
// The Merkle tree of RFC 6962 section 2.1. Leaves and inner nodes are hashed under different first bytes, so that neither can pass for the other; a tree of n
// leaves is split at the largest power of two below n.
import { concat, sameBytes } from '../bytes/index.ts';
import { TlogError } from './error.ts';

export type Sha256 = (bytes: Uint8Array) => Uint8Array;

export const HASH_BYTES = 32;
/** Sizes and indexes are exact numbers; no tree of ours comes near. */
export const SIZE_MAX = 2 ** 48;

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export function leafHash(entry: Uint8Array, sha256: Sha256): Uint8Array {
  return sha256(concat(LEAF, entry));
}

export function nodeHash(left: Uint8Array, right: Uint8Array, sha256: Sha256): Uint8Array {
  return sha256(concat(NODE, left, right));
}

/** Root of the tree over these leaf hashes; of none, the hash of nothing. */
export function treeRoot(leaves: readonly Uint8Array[], sha256: Sha256): Uint8Array {
  return leaves.length === 0 ? sha256(new Uint8Array(0)) : rangeRoot(leaves, 0, leaves.length, sha256);
}

/** As `treeRoot`, of entries, with a hash that answers later. */
export async function treeRootSoon(entries: readonly Uint8Array[], sha256: (bytes: Uint8Array) => Promise<Uint8Array>): Promise<Uint8Array> {
  if (entries.length === 0) return sha256(new Uint8Array(0));
  if (entries.length === 1) return sha256(concat(LEAF, entries[0]!));
  const middle = split(entries.length);
  const [left, right] = await Promise.all([treeRootSoon(entries.slice(0, middle), sha256), treeRootSoon(entries.slice(middle), sha256)]);
  return sha256(concat(NODE, left, right));
}

/** Root of the leaves from `start` up to `end`. */
export function rangeRoot(leaves: readonly Uint8Array[], start: number, end: number, sha256: Sha256): Uint8Array {
  if (end - start === 1) return leaves[start]!;
  const middle = start + split(end - start);
  return nodeHash(rangeRoot(leaves, start, middle, sha256), rangeRoot(leaves, middle, end, sha256), sha256);
}

/** The largest power of two below a size of two or more. */
export function split(size: number): number {
  let half = 1;
  while (half * 2 < size) half *= 2;
  return half;
}

export function checkedSize(size: number): number {
  if (!Number.isSafeInteger(size) || size < 0 || size > SIZE_MAX) throw new TlogError('tlog_size');
  return size;
}

export function checkedHash(hash: Uint8Array): Uint8Array {
  if (hash.length !== HASH_BYTES) throw new TlogError('tlog_hash_length');
  return hash;
}

export function sameRoot(computed: Uint8Array, given: Uint8Array): void {
  if (!sameBytes(computed, checkedHash(given))) throw new TlogError('tlog_root');
}
