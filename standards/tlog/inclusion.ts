// SPDX-License-Identifier: Apache-2.0
// Audit paths (RFC 6962 section 2.1.1): that a leaf stands at an index of a tree.
import { TlogError } from './error.ts';
import { checkedHash, checkedSize, nodeHash, rangeRoot, sameRoot, type Sha256, split } from './tree.ts';

export interface InclusionClaim {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
}

/** The hashes beside the way from leaf to root, lowest first. */
export function inclusionProof(leaves: readonly Uint8Array[], index: number, sha256: Sha256): readonly Uint8Array[] {
  checkedIndex(index, leaves.length);
  const path: Uint8Array[] = [];
  for (let start = 0, end = leaves.length; end - start > 1; ) {
    const middle = start + split(end - start);
    const isLeft = index < middle;
    path.push(isLeft ? rangeRoot(leaves, middle, end, sha256) : rangeRoot(leaves, start, middle, sha256));
    if (isLeft) end = middle;
    else start = middle;
  }
  return path.toReversed();
}

/** Throws where the proof does not lead from this leaf at this index to this root; a proof longer or shorter than the size demands is none. */
export function verifyInclusion({ leaf, index, size, root }: InclusionClaim, proof: readonly Uint8Array[], sha256: Sha256): void {
  checkedIndex(index, checkedSize(size));
  const turns = turnsFromRoot(index, size);
  if (proof.length !== turns.length) throw new TlogError('tlog_proof_length');
  let hash = checkedHash(leaf);
  for (const [level, beside] of proof.entries()) {
    const isLeft = turns[turns.length - 1 - level]!;
    hash = isLeft ? nodeHash(hash, checkedHash(beside), sha256) : nodeHash(checkedHash(beside), hash, sha256);
  }
  sameRoot(hash, root);
}

/** At each node from the root down, whether the leaf lies to the left. */
function turnsFromRoot(index: number, size: number): readonly boolean[] {
  const turns: boolean[] = [];
  for (let start = 0, end = size; end - start > 1; ) {
    const middle = start + split(end - start);
    turns.push(index < middle);
    if (index < middle) end = middle;
    else start = middle;
  }
  return turns;
}

function checkedIndex(index: number, size: number): void {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new TlogError('tlog_index');
}
