// SPDX-License-Identifier: Apache-2.0
import { concat, fromBase64, fromBase64url, fromHex, fromUtf8, SpellingError, toBase64, toBase64url, toHex, utf8 } from '@sigillo/standards/bytes';
import type { Mutation } from '../mutate-bytes.ts';
import type { AnyParser, Parser } from '../parser.ts';

const isRefusal = (error: unknown): boolean => error instanceof SpellingError;
const SAMPLES: readonly Uint8Array[] = [0, 1, 2, 3, 4, 5, 16, 31, 32, 33, 64].map((length) => Uint8Array.from({ length }, (_, i) => (i * 89 + length * 37) & 0xff));

/** The last characters of base64 carry bits that nobody reads: they must be zero. */
const lastCharacter: Mutation<string> = (input, random) => {
  const text = input.replace(/=+$/, '');
  return `${text.slice(0, -1)}${'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_'[random.below(66)]!}${input.slice(text.length)}`;
};
const padding: Mutation<string> = (input, random) => input.replace(/=+$/, '') + '='.repeat(random.below(4));
const otherAlphabet: Mutation<string> = (input, random) =>
  random.once(2) ? input.replaceAll('+', '-').replaceAll('/', '_') : input.replaceAll('-', '+').replaceAll('_', '/');
const upper: Mutation<string> = (input) => input.toUpperCase();

function spelling(name: string, read: (text: string) => Uint8Array, write: (bytes: Uint8Array) => string): Parser<string> {
  return { name, valid: SAMPLES.map(write), mutations: [lastCharacter, padding, otherAlphabet, upper], isRefusal, respell: (text) => write(read(text)), lengthMax: 256 };
}

const text: Parser<Uint8Array> = {
  name: 'utf-8',
  valid: ['', 'plain', 'prüfung', '承認', '\u{1f58b}\ufe0f', 'e\u0301', '\ufeffx', 'a\0b'].map(utf8),
  mutations: [(input, _random, other) => concat(input, other)],
  isRefusal,
  respell: (bytes) => utf8(fromUtf8(bytes)),
  lengthMax: 256,
};

export const ofBytes: readonly AnyParser[] = [
  spelling('hex', fromHex, toHex),
  spelling('base64', fromBase64, toBase64),
  spelling('base64url', fromBase64url, toBase64url),
  text,
];
