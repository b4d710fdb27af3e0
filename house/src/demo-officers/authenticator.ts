// SPDX-License-Identifier: Apache-2.0
// A WebAuthn authenticator in software, for officers that are programs. It answers as a security key with user verification would
// (WebAuthn Level 3 section 6.3.3), and its private key is as safe as the file it lies in.
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { concat, toBase64url, utf8 } from '@sigillo/standards/bytes';

/** What is kept of an authenticator. */
export interface StoredAuthenticator {
  readonly credentialId: string;
  /** PKCS #8, base64url. */
  readonly privateKey: string;
}

const USER_PRESENT_AND_VERIFIED = 0x05;

export interface Assertion {
  readonly credentialId: Uint8Array;
  readonly authenticatorData: Uint8Array;
  readonly clientDataJson: Uint8Array;
  readonly signature: Uint8Array;
}

/** A new authenticator and its public key as COSE_Key. */
export function newAuthenticator(): { readonly stored: StoredAuthenticator; readonly coseKey: Uint8Array } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const stored = { credentialId: toBase64url(randomBytes(32)), privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url') };
  return { stored, coseKey: coseKeyOf(privateKey) };
}

/** Signs a challenge for an origin and a relying party, as `navigator.credentials.get()` would have it done. */
export function answer(stored: StoredAuthenticator, rpId: string, origin: string, challenge: Uint8Array): Assertion {
  const clientDataJson = utf8(JSON.stringify({ type: 'webauthn.get', challenge: toBase64url(challenge), origin, crossOrigin: false }));
  const counter = new Uint8Array(4);
  const authenticatorData = concat(sha256(utf8(rpId)), Uint8Array.of(USER_PRESENT_AND_VERIFIED), counter);
  const key = createPrivateKey({ key: Buffer.from(stored.privateKey, 'base64url'), format: 'der', type: 'pkcs8' });
  const signature = sign('sha256', concat(authenticatorData, sha256(clientDataJson)), key);
  return { credentialId: Buffer.from(stored.credentialId, 'base64url'), authenticatorData, clientDataJson, signature };
}

/** RFC 9052 section 7 and RFC 9053 section 7.1.1: {1: 2, 3: -7, -1: 1, -2: x, -3: y}. */
function coseKeyOf(key: KeyObject): Uint8Array {
  const { x, y } = key.export({ format: 'jwk' });
  const point = (coordinate: string | undefined): Uint8Array => new Uint8Array(Buffer.from(coordinate ?? '', 'base64url'));
  return concat(Uint8Array.of(0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20), point(x), Uint8Array.of(0x22, 0x58, 0x20), point(y));
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}
