// SPDX-License-Identifier: Apache-2.0
// A proof is a list of hashes for a claim whose sizes and roots stand in signed tree heads, so the claim is given and the list is what comes from
// strangers. The input is the number of a claim and the list, as JSON; of all lists only the one that the prover makes may pass.
import { fromHex, SpellingError, toHex } from '@sigillo/standards/bytes';
import * as tlog from '@sigillo/standards/tlog';
import { jsonTextMutation } from '../mutate-json.ts';
import type { Parser } from '../parser.ts';
import { refusesWith } from './refusals.ts';
import { sha256 } from './sample-der.ts';

const LEAVES = Array.from({ length: 11 }, (_, i) => tlog.leafHash(Uint8Array.of(i), sha256));
const first = (size: number): readonly Uint8Array[] => LEAVES.slice(0, size);
const root = (size: number): Uint8Array => tlog.treeRoot(first(size), sha256);

/** Index and size, old size and new size. */
const INCLUSIONS = [[0, 1], [3, 8], [10, 11], [4, 7]] as const;
const CONSISTENCIES = [[1, 2], [3, 11], [4, 8], [6, 6]] as const;

function parser(name: string, right: readonly (readonly Uint8Array[])[], verify: (number: number, proof: readonly Uint8Array[]) => void): Parser<string> {
  const spelled = (number: number): string => JSON.stringify([number, ...right[number]!.map(toHex)]);
  return {
    name,
    valid: right.map((_, number) => spelled(number)),
    mutations: [jsonTextMutation],
    isRefusal: refusesWith(tlog.TlogError, SpellingError, SyntaxError),
    respell(input) {
      const value: unknown = JSON.parse(input);
      if (!Array.isArray(value) || JSON.stringify(value) !== input || !isClaim(value[0])) throw new SyntaxError('not a list for a claim');
      const [number, ...hashes] = value as unknown as readonly [number, ...unknown[]];
      verify(number, hashes.map(bytes));
      return spelled(number);
    },
  };
}

const isClaim = (number: unknown): boolean => typeof number === 'number' && number in INCLUSIONS;

function bytes(value: unknown): Uint8Array {
  if (typeof value !== 'string') throw new SyntaxError('not a hash');
  return fromHex(value);
}

export const ofTlog: readonly Parser<string>[] = [
  parser(
    'inclusion-proof',
    INCLUSIONS.map(([index, size]) => tlog.inclusionProof(first(size), index, sha256)),
    (number, proof) => {
      const [index, size] = INCLUSIONS[number]!;
      tlog.verifyInclusion({ leaf: LEAVES[index]!, index, size, root: root(size) }, proof, sha256);
    },
  ),
  parser(
    'consistency-proof',
    CONSISTENCIES.map(([oldSize, newSize]) => tlog.consistencyProof(first(newSize), oldSize, sha256)),
    (number, proof) => {
      const [oldSize, newSize] = CONSISTENCIES[number]!;
      tlog.verifyConsistency({ oldSize, oldRoot: root(oldSize), newSize, newRoot: root(newSize) }, proof, sha256);
    },
  ),
];
