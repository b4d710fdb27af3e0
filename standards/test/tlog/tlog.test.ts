// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex, toHex, utf8 } from '../../bytes/index.ts';
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  nodeHash,
  TlogError,
  type TlogErrorCode,
  treeRoot,
  treeRootSoon,
  verifyConsistency,
  verifyInclusion,
} from '../../tlog/index.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const refusal = (code: TlogErrorCode) => (error: unknown) => error instanceof TlogError && error.code === code;
const leavesOf = (count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => leafHash(utf8(`entry ${i}`), sha256));

// The eight entries and the roots of their trees as the reference implementation of Certificate Transparency publishes them.
const ENTRIES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(fromHex);
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const published = ENTRIES.map((entry) => leafHash(entry, sha256));

test('the published trees have their published roots', () => {
  for (const [size, root] of ROOTS.entries()) assert.equal(toHex(treeRoot(published.slice(0, size), sha256)), root);
});

test('with a hash that answers later the roots are the same', async () => {
  const later = (bytes: Uint8Array): Promise<Uint8Array> => Promise.resolve(sha256(bytes));
  for (const [size, root] of ROOTS.entries()) assert.equal(toHex(await treeRootSoon(ENTRIES.slice(0, size), later)), root);
  for (const count of [9, 100, 101, 257]) {
    const entries = Array.from({ length: count }, (_, i) => utf8(`entry ${i}`));
    assert.deepEqual(await treeRootSoon(entries, later), treeRoot(leavesOf(count), sha256));
  }
});

// RFC 6962 section 2.1.3 draws a tree of seven leaves, with the audit paths of d0, d3, d4, d6 and the consistency proofs of 3, 4 and 6 with 7.
test('the proofs of the tree that RFC 6962 draws', () => {
  const [a, b, c, d, e, f, j] = leavesOf(7) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const tree = [a, b, c, d, e, f, j];
  const join = (left: Uint8Array, right: Uint8Array): Uint8Array => nodeHash(left, right, sha256);
  const [g, h, i] = [join(a, b), join(c, d), join(e, f)];
  const [k, l] = [join(g, h), join(i, j)];
  assert.deepEqual(treeRoot(tree, sha256), join(k, l));
  assert.deepEqual(inclusionProof(tree, 0, sha256), [b, h, l]);
  assert.deepEqual(inclusionProof(tree, 3, sha256), [c, g, l]);
  assert.deepEqual(inclusionProof(tree, 4, sha256), [f, j, k]);
  assert.deepEqual(inclusionProof(tree, 6, sha256), [i, k]);
  assert.deepEqual(consistencyProof(tree, 3, sha256), [c, d, g, l]);
  assert.deepEqual(consistencyProof(tree, 4, sha256), [l]);
  assert.deepEqual(consistencyProof(tree, 6, sha256), [i, j, k]);
});

test('every leaf of every tree up to 33 is proven, at its place and at no other', () => {
  for (let size = 1; size <= 33; size++) {
    const leaves = leavesOf(size);
    const root = treeRoot(leaves, sha256);
    for (let index = 0; index < size; index++) {
      const proof = inclusionProof(leaves, index, sha256);
      const claim = { leaf: leaves[index]!, index, size, root };
      verifyInclusion(claim, proof, sha256);
      assert.throws(() => verifyInclusion({ ...claim, leaf: leafHash(utf8('other'), sha256) }, proof, sha256), refusal('tlog_root'));
      if (size > 1) assert.throws(() => verifyInclusion({ ...claim, index: (index + 1) % size }, proof, sha256), TlogError);
      assert.throws(() => verifyInclusion(claim, [...proof, root], sha256), refusal('tlog_proof_length'));
      if (proof.length > 0) assert.throws(() => verifyInclusion(claim, proof.slice(1), sha256), refusal('tlog_proof_length'));
    }
  }
});

test('every tree up to 20 is the beginning of every later one, and of no tree that was changed', () => {
  const leaves = leavesOf(20);
  const rootOf = (size: number): Uint8Array => treeRoot(leaves.slice(0, size), sha256);
  for (let newSize = 1; newSize <= 20; newSize++) {
    const changed = leaves.slice(0, newSize).with(0, leafHash(utf8('other'), sha256));
    for (let oldSize = 1; oldSize <= newSize; oldSize++) {
      const proof = consistencyProof(leaves.slice(0, newSize), oldSize, sha256);
      const claim = { oldSize, oldRoot: rootOf(oldSize), newSize, newRoot: rootOf(newSize) };
      verifyConsistency(claim, proof, sha256);
      const forged = { ...claim, newRoot: treeRoot(changed, sha256) };
      assert.throws(() => verifyConsistency(forged, consistencyProof(changed, oldSize, sha256), sha256), refusal('tlog_root'));
      assert.throws(() => verifyConsistency(claim, [...proof, rootOf(1)], sha256), refusal('tlog_proof_length'));
    }
  }
});

test('a changed hash anywhere in a proof of a random tree refuses it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 300 }), fc.nat(), fc.nat(), fc.nat(), (size, at, place, bit) => {
      const leaves = leavesOf(size);
      const index = at % size;
      const root = treeRoot(leaves, sha256);
      const proof = inclusionProof(leaves, index, sha256);
      const bent = proof.map((hash) => Uint8Array.from(hash));
      bent[place % bent.length]![bit % 32]! ^= 1 << (bit % 8);
      verifyInclusion({ leaf: leaves[index]!, index, size, root }, proof, sha256);
      assert.throws(() => verifyInclusion({ leaf: leaves[index]!, index, size, root }, bent, sha256), refusal('tlog_root'));
    }),
    { numRuns: 50 },
  );
});

test('numbers and hashes that are none are refused', () => {
  const leaves = leavesOf(3);
  const root = treeRoot(leaves, sha256);
  const proof = inclusionProof(leaves, 1, sha256);
  const claim = { leaf: leaves[1]!, index: 1, size: 3, root };
  for (const index of [-1, 3, 0.5, Number.NaN]) assert.throws(() => verifyInclusion({ ...claim, index }, proof, sha256), refusal('tlog_index'));
  for (const size of [-1, 2 ** 53, Number.POSITIVE_INFINITY]) assert.throws(() => verifyInclusion({ ...claim, size }, proof, sha256), refusal('tlog_size'));
  assert.throws(() => verifyInclusion({ ...claim, leaf: new Uint8Array(31) }, proof, sha256), refusal('tlog_hash_length'));
  assert.throws(() => verifyInclusion({ ...claim, root: new Uint8Array(0) }, proof, sha256), refusal('tlog_hash_length'));
  assert.throws(() => verifyInclusion(claim, [proof[0]!, new Uint8Array(33)], sha256), refusal('tlog_hash_length'));
  assert.throws(() => inclusionProof(leaves, 3, sha256), refusal('tlog_index'));
  for (const oldSize of [0, 4, -1]) assert.throws(() => consistencyProof(leaves, oldSize, sha256), refusal('tlog_size'));
  assert.throws(() => verifyConsistency({ oldSize: 0, oldRoot: treeRoot([], sha256), newSize: 3, newRoot: root }, [], sha256), refusal('tlog_size'));
  assert.throws(() => verifyConsistency({ oldSize: 3, oldRoot: treeRoot([], sha256), newSize: 3, newRoot: root }, [], sha256), refusal('tlog_root'));
});

test('an inner node does not pass for a leaf', () => {
  const [left, right] = leavesOf(2) as [Uint8Array, Uint8Array];
  assert.notDeepEqual(leafHash(new Uint8Array([...left, ...right]), sha256), nodeHash(left, right, sha256));
});
