// SPDX-License-Identifier: Apache-2.0
// Consistency proofs (RFC 6962 section 2.1.2): that a later tree begins with all of an earlier one.
import { TlogError } from './error.ts';
import { checkedHash, checkedSize, nodeHash, rangeRoot, sameRoot, type Sha256, split } from './tree.ts';

export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly newSize: number;
  readonly newRoot: Uint8Array;
}

/** One step down from the new root towards the end of the old tree: what is passed by on the left belongs to both trees. */
type Step = 'keeps_left' | 'passes_left';

export function consistencyProof(leaves: readonly Uint8Array[], oldSize: number, sha256: Sha256): readonly Uint8Array[] {
  checkedOldSize(oldSize, leaves.length);
  if (oldSize === leaves.length) return [];
  const path: Uint8Array[] = [];
  let start = 0;
  let end = leaves.length;
  while (end !== oldSize) {
    const middle = start + split(end - start);
    if (oldSize <= middle) {
      path.push(rangeRoot(leaves, middle, end, sha256));
      end = middle;
    } else {
      path.push(rangeRoot(leaves, start, middle, sha256));
      start = middle;
    }
  }
  // Where the old tree is one whole subtree of the new one, whoever checks knows its root already.
  if (start > 0) path.push(rangeRoot(leaves, start, end, sha256));
  return path.toReversed();
}

/** Throws where the proof does not hold both roots together. An empty tree is the beginning of none: it has nothing to be consistent with. */
export function verifyConsistency({ oldSize, oldRoot, newSize, newRoot }: ConsistencyClaim, proof: readonly Uint8Array[], sha256: Sha256): void {
  checkedOldSize(oldSize, checkedSize(newSize));
  const { steps, isWholeSubtree } = stepsFromRoot(oldSize, newSize);
  if (proof.length !== steps.length + (isWholeSubtree ? 0 : 1)) throw new TlogError('tlog_proof_length');
  const seed = checkedHash(isWholeSubtree ? oldRoot : proof[0]!);
  const rest = isWholeSubtree ? proof : proof.slice(1);
  let [oldHash, newHash] = [seed, seed];
  for (const [level, beside] of rest.entries()) {
    const step = steps[steps.length - 1 - level]!;
    checkedHash(beside);
    if (step === 'passes_left') oldHash = nodeHash(beside, oldHash, sha256);
    newHash = step === 'passes_left' ? nodeHash(beside, newHash, sha256) : nodeHash(newHash, beside, sha256);
  }
  sameRoot(oldHash, oldRoot);
  sameRoot(newHash, newRoot);
}

function stepsFromRoot(oldSize: number, newSize: number): { readonly steps: readonly Step[]; readonly isWholeSubtree: boolean } {
  const steps: Step[] = [];
  let start = 0;
  let end = newSize;
  while (end !== oldSize) {
    const middle = start + split(end - start);
    steps.push(oldSize <= middle ? 'keeps_left' : 'passes_left');
    if (oldSize <= middle) end = middle;
    else start = middle;
  }
  return { steps, isWholeSubtree: start === 0 };
}

function checkedOldSize(oldSize: number, newSize: number): void {
  if (!Number.isSafeInteger(oldSize) || oldSize < 1 || oldSize > newSize) throw new TlogError('tlog_size');
}
