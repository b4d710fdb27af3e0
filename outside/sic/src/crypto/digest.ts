// SPDX-License-Identifier: Apache-2.0
// WebCrypto's digests over any view of bytes.
import { HASHES, type HashAlgorithm, SHA2_NAMES, type Sha2 } from '@sigillo/standards/algorithms';

const WEB_NAME: Readonly<Record<Sha2, string>> = { sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' };

export async function digest(hash: Sha2, bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest(WEB_NAME[hash], asBufferSource(bytes)));
}

export async function sha256(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return digest('sha256', bytes);
}

/** The hash that WebCrypto has for an object identifier, or null. */
export function webHashByOid(oid: string): Sha2 | null {
  return SHA2_NAMES.find((name) => HASHES[name].oid === oid) ?? null;
}

export function webHash(hash: HashAlgorithm): Sha2 | null {
  return SHA2_NAMES.find((name) => name === hash) ?? null;
}

export function webHashName(hash: Sha2): string {
  return WEB_NAME[hash];
}

/** The standard library's types tell shared memory apart, which no page without cross-origin isolation has. */
export function asBufferSource(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}
