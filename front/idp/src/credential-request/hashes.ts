// SPDX-License-Identifier: Apache-2.0
// Clients in the field write digests in base64 or base64url, padded or not, sometimes percent-encoded once more, and join them by a comma
// or a semicolon. The spelling is forgiven; the bytes must then have exactly the length of the hash algorithm.
import { fromBase64url, SpellingError } from '@sigillo/standards/bytes';
import { invalid } from './error.ts';

const LENGTHS: Readonly<Record<string, number>> = {
  '2.16.840.1.101.3.4.2.1': 32,
  '2.16.840.1.101.3.4.2.2': 48,
  '2.16.840.1.101.3.4.2.3': 64,
  '2.16.840.1.101.3.4.2.8': 32,
  '2.16.840.1.101.3.4.2.9': 48,
  '2.16.840.1.101.3.4.2.10': 64,
};

const SPELLING_LENGTH_MAX = 300;

export function hashLength(algorithm: string): number {
  const length = Object.hasOwn(LENGTHS, algorithm) ? LENGTHS[algorithm] : undefined;
  if (length === undefined) throw invalid('hashAlgorithmOID');
  return length;
}

export function splitHashes(list: string): readonly string[] {
  return list.split(/[,;]/);
}

/** The digest behind one spelling. */
export function readHash(spelling: string, length: number, parameter: string): Uint8Array {
  if (spelling.length > SPELLING_LENGTH_MAX) throw invalid(parameter);
  const bytes = decoded(spelling, parameter);
  if (bytes.length !== length) throw invalid(parameter);
  return bytes;
}

function decoded(spelling: string, parameter: string): Uint8Array {
  try {
    const plain = spelling.includes('%') ? decodeURIComponent(spelling) : spelling;
    return fromBase64url(plain.replace(/={0,2}$/, '').replaceAll('+', '-').replaceAll('/', '_'));
  } catch (cause) {
    if (cause instanceof SpellingError || cause instanceof URIError) throw invalid(parameter);
    throw cause;
  }
}
