// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A P-256 key pair of a played service. */
export interface PlayedKey {
  readonly privateKey: KeyObject;
  readonly spki: Uint8Array<ArrayBuffer>;
}

export function makeKey(): PlayedKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })) };
}

export function signFixed(key: PlayedKey, message: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(sign('sha256', message, { key: key.privateKey, dsaEncoding: 'ieee-p1363' }));
}

export function signDer(key: PlayedKey, message: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(sign('sha256', message, { key: key.privateKey, dsaEncoding: 'der' }));
}

export function hash(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
