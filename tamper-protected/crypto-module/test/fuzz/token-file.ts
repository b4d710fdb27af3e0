// SPDX-License-Identifier: Apache-2.0
// The file of a token: as it lies on the disk, where only what was written opens, and with every content that somebody with the key could seal.
import { decode, encode } from '@sigillo/doors/schema';
import { concat } from '@sigillo/standards/bytes';
import { cborMutation, type Parser } from '@sigillo/standards/test/fuzz';
import { CryptoModuleError } from '../../src/index.ts';
import { closeTokenFile, openTokenFile, tokenContent } from '../../src/token/store.ts';

const fixed = (byte: number, length: number): Uint8Array => new Uint8Array(length).fill(byte);
const opener = { key: fixed(0x17, 32) };
const SALT = fixed(5, 16);
const CONTENTS = [[], [{ name: 'a', algorithm: 'P-256', pkcs8: fixed(4, 40), publicKey: fixed(5, 40) }] as const].map((keys) =>
  encode(tokenContent, { version: 1, wrapKey: fixed(1, 32), mixKey: fixed(2, 32), sealKey: fixed(3, 32), keys }),
);
const FILE = closeTokenFile(CONTENTS[0]!, opener, SALT);
const isRefusal = (error: unknown): boolean => error instanceof CryptoModuleError;

const file: Parser<Uint8Array> = {
  name: 'token-file',
  valid: [FILE],
  mutations: [(input, random) => concat(input.subarray(0, 16), random.bytes(16), input.subarray(32))],
  isRefusal,
  respell: (input) => (openTokenFile(input, opener), FILE),
};

const content: Parser<Uint8Array> = {
  name: 'token-content',
  valid: CONTENTS,
  mutations: [cborMutation],
  isRefusal,
  respell: (input) => {
    openTokenFile(closeTokenFile(input, opener, SALT), opener);
    return encode(tokenContent, decode(tokenContent, input));
  },
};

export const ofTokenFile: readonly Parser<Uint8Array>[] = [file, content];
