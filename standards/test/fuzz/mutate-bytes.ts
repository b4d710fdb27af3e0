// SPDX-License-Identifier: Apache-2.0
// Damage that needs no knowledge of a format: bits, lengths, pieces that are gone, doubled, exchanged, or come from another valid input.
import { concat, fromHex, utf8 } from '@sigillo/standards/bytes';
import type { Random } from './random.ts';

/** One change. It never alters what it is given; `other` is a second input that was accepted. */
export type Mutation<I> = (input: I, random: Random, other: I) => I;

/** Numbers at which lengths, counts and signs turn. */
export const EDGES: readonly bigint[] = [
  0n, 1n, 23n, 24n, 127n, 128n, 255n, 256n, 0x7fffn, 0xffffn, 0x10000n, 0x7fff_ffffn, 0xffff_ffffn, 0x1_0000_0000n,
  (1n << 53n) - 1n, 1n << 53n, (1n << 63n) - 1n, (1n << 64n) - 1n,
];

/** Text that is not UTF-8, or not in its composed form, or that is not what it seems. */
export const TEXT_DAMAGE: readonly Uint8Array[] = [
  ...['c080', 'c1bf', 'e08080', 'eda080', 'edbfbf', 'f0808080', 'f4908080', 'ff', '80', 'efbbbf', 'efbfbe', 'f09f'].map(fromHex),
  ...['e\u0301', '\u212b', '\u0344', '\u1e9b\u0323', '\u0000', '\u200b', '\u202e', '\uff21', '\u{1f600}'].map(utf8),
];

export const byteMutations: readonly Mutation<Uint8Array>[] = [
  (input, random) => changed(input, random.below(input.length), (byte) => byte ^ (1 << random.below(8))),
  (input, random) => changed(input, random.below(input.length), () => random.uint32()),
  (input, random) => changed(input, random.below(input.length), (byte) => byte + (random.once(2) ? 1 : -1)),
  (input, random) => changed(input, random.below(input.length), () => random.pick([0, 0x7f, 0x80, 0xff])),
  (input, random) => input.slice(0, random.below(input.length)),
  (input, random) => input.slice(random.below(input.length)),
  (input, random) => concat(input, random.bytes(1 + random.below(8))),
  (input, random) => inserted(input, random.below(input.length + 1), random.bytes(1 + random.below(8))),
  (input, random) => inserted(input, random.below(input.length + 1), random.pick(TEXT_DAMAGE)),
  (input, random) => inserted(input, random.below(input.length + 1), new Uint8Array(1 + random.below(64)).fill(random.pick([0, 0x20, 0x81, 0x9f, 0xff, input[0] ?? 0]))),
  (input, random) => without(input, ...piece(input, random)),
  (input, random) => inserted(input, random.below(input.length + 1), input.subarray(...piece(input, random))),
  exchanged,
  edge,
  (input, random, other) => concat(input.subarray(0, random.below(input.length + 1)), other.subarray(random.below(other.length + 1))),
  (input, random, other) => inserted(input, random.below(input.length + 1), other.subarray(...piece(other, random))),
];

/** Bytes from nothing. */
export function randomBytes(random: Random): Uint8Array {
  return random.bytes(random.below(random.pick([4, 40, 200])));
}

export function inserted(input: Uint8Array, at: number, part: Uint8Array): Uint8Array {
  return concat(input.subarray(0, at), part, input.subarray(at));
}

function changed(input: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  // Not `slice`, which shares the memory of a Buffer.
  const copy = new Uint8Array(input);
  if (copy.length > 0) copy[at] = change(copy[at]!);
  return copy;
}

function without(input: Uint8Array, start: number, end: number): Uint8Array {
  return concat(input.subarray(0, start), input.subarray(end));
}

function piece(input: Uint8Array, random: Random): [start: number, end: number] {
  const start = random.below(input.length);
  return [start, Math.min(input.length, start + 1 + random.below(random.pick([2, 8, 64])))];
}

function exchanged(input: Uint8Array, random: Random): Uint8Array {
  const [start, end] = piece(input, random);
  const moved = input.subarray(start, end);
  const rest = without(input, start, end);
  return inserted(rest, random.below(rest.length + 1), moved);
}

/** A number of one, two, four or eight bytes becomes one at which something turns. */
function edge(input: Uint8Array, random: Random): Uint8Array {
  const width = random.pick([1, 2, 4, 8]);
  if (input.length < width) return input;
  const copy = new Uint8Array(input);
  const at = random.below(copy.length - width + 1);
  let rest = random.pick(EDGES);
  for (let i = width - 1; i >= 0; i--, rest >>= 8n) copy[at + i] = Number(rest & 0xffn);
  return copy;
}
