// SPDX-License-Identifier: Apache-2.0
// The same for texts, unit by unit of UTF-16, so that halves of characters come up too.
import type { Mutation } from './mutate-bytes.ts';
import type { Random } from './random.ts';

/** Characters that readers of text fall over: white space of all kinds, look-alikes, halves, digits of other scripts, padding. */
const UNITS: readonly string[] = [
  ' ', '\t', '\n', '\r', '\0', '\v', '\f', '\u00a0', '\ufeff', '\u2028', '\u200b', '\ud800', '\udc00', '\uff10', '\u0660', '\u212a', '\u017f', '\u0130',
  '=', '==', '+', '/', '-', '_', '.', ',', '"', '\\', '%', '%00', '0x', '0', '1', '-0', 'A', 'a', 'F', 'f', 'Z', 'e\u0301', '\u{1f600}', '{', '}', '[', ']', ':',
];

export const textMutations: readonly Mutation<string>[] = [
  (input, random) => replaced(input, random, 1, String.fromCharCode(random.below(random.pick([128, 0x10000])))),
  (input, random) => replaced(input, random, 1, random.pick(UNITS)),
  (input, random) => replaced(input, random, 0, random.pick(UNITS)),
  (input, random) => input + random.pick(UNITS),
  (input, random) => random.pick(UNITS) + input,
  (input, random) => replaced(input, random, 1 + random.below(8), ''),
  (input, random) => input.slice(0, random.below(input.length)),
  (input, random) => input.slice(random.below(input.length)),
  (input, random) => replaced(input, random, 0, input.slice(random.below(input.length)).slice(0, 1 + random.below(16))),
  (input, random) => flippedCase(input, random.below(input.length)),
  (input, random) => replaced(input, random, 0, random.pick(UNITS).repeat(1 + random.below(64))),
  (input, random, other) => input.slice(0, random.below(input.length + 1)) + other.slice(random.below(other.length + 1)),
];

export function randomText(random: Random): string {
  return Array.from({ length: random.below(random.pick([4, 24, 80])) }, () =>
    random.once(3) ? random.pick(UNITS) : String.fromCharCode(random.below(random.pick([128, 0x10000]))),
  ).join('');
}

function replaced(input: string, random: Random, length: number, by: string): string {
  const at = random.below(input.length + 1);
  return input.slice(0, at) + by + input.slice(at + length);
}

function flippedCase(input: string, at: number): string {
  const character = input[at] ?? '';
  const other = character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase();
  return input.slice(0, at) + other + input.slice(at + 1);
}
