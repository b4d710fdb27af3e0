// SPDX-License-Identifier: Apache-2.0
// Hashes arrive in several spellings of base64; what counts is the bytes. They are read leniently once, here, and are bytes from then on.
import { fromBase64, SpellingError } from '@sigillo/standards/bytes';
import { invalidRequest } from './problem.ts';

const CHARACTERS_MAX = 512;

/** base64 or base64url, with or without padding, with or without one layer of percent-encoding. */
export function readLenientBase64(text: string): Uint8Array {
  if (text.length > CHARACTERS_MAX) throw new SpellingError('too long');
  const plain = /%[0-9A-Fa-f]{2}/.test(text) ? decodePercent(text) : text;
  const standard = plain.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  return fromBase64(standard + '='.repeat((4 - (standard.length % 4)) % 4));
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SpellingError('not percent-encoded');
  }
}

/** The digests of a call, each of exactly the algorithm's length. */
export function readHashes(texts: readonly string[], lengthBytes: number): readonly Uint8Array[] {
  const hashes = texts.map((text) => readHash(text));
  if (hashes.some((hash) => hash.length !== lengthBytes)) throw invalidRequest('Invalid digest value length');
  return hashes;
}

function readHash(text: string): Uint8Array {
  try {
    return readLenientBase64(text);
  } catch (cause) {
    if (cause instanceof SpellingError) throw invalidRequest('Invalid Base64 hash string parameter');
    throw cause;
  }
}
