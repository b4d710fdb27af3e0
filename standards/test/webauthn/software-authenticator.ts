// SPDX-License-Identifier: Apache-2.0
// An authenticator of software: it makes credentials and answers as a real one would, or with anything changed that a test wants changed.
import { randomBytes } from 'node:crypto';
import { encode, rfc8949EncodeOptions } from 'cborg';
import { concat, toBase64url, utf8 } from '../../bytes/index.ts';
import { parsePublicKey } from '../../x509/index.ts';
import type { Assertion, ExpectedAssertion } from '../../webauthn/index.ts';
import { generateKey, sha256, sign, type TestKey } from '../pki/keys.ts';

export const RP_ID = 'sign.localhost';
export const ORIGIN = 'http://sign.localhost:8400';
export const FLAG = { UP: 0x01, UV: 0x04, BE: 0x08, BS: 0x10, AT: 0x40, ED: 0x80 } as const;
export type PasskeyKind = 'p256' | 'p384' | 'rsa-pkcs1' | 'ed25519' | 'ml-dsa-65';

export interface Passkey {
  readonly key: TestKey;
  readonly id: Uint8Array;
  readonly coseKey: Uint8Array;
  readonly userHandle: Uint8Array;
}

/** What an answer may differ in from an honest one. */
export interface Change {
  readonly type?: string;
  readonly challenge?: string;
  readonly origin?: string;
  readonly more?: string;
  readonly json?: Uint8Array;
  readonly rpId?: string;
  readonly flags?: number;
  readonly signCount?: number;
  readonly tail?: Uint8Array;
  readonly signature?: (signature: Uint8Array) => Uint8Array;
}

export function newPasskey(kind: PasskeyKind): Passkey {
  const key = generateKey(kind);
  return { key, id: randomBytes(32), coseKey: coseKeyOf(key.spki), userHandle: randomBytes(16) };
}

export function answer(passkey: Passkey, challenge: Uint8Array, change: Change = {}): Assertion {
  const { type = 'webauthn.get', origin = ORIGIN, more = ',"crossOrigin":false', flags = FLAG.UP | FLAG.UV, tail = new Uint8Array(0) } = change;
  const clientDataJson = change.json ?? utf8(`{"type":"${type}","challenge":"${change.challenge ?? toBase64url(challenge)}","origin":"${origin}"${more}}`);
  const counter = Buffer.alloc(4);
  counter.writeUInt32BE(change.signCount ?? 7);
  const authenticatorData = concat(sha256(utf8(change.rpId ?? RP_ID)), Uint8Array.of(flags), counter, tail);
  const honest = sign(passkey.key, concat(authenticatorData, sha256(clientDataJson)));
  return { credentialId: passkey.id, authenticatorData, clientDataJson, signature: change.signature?.(honest) ?? honest, userHandle: passkey.userHandle };
}

export function expectation(passkey: Passkey, challenge: Uint8Array): ExpectedAssertion {
  const { id, coseKey, userHandle } = passkey;
  return { challenge, origins: [ORIGIN], rpIdHash: sha256(utf8(RP_ID)), credential: { id, coseKey, backupEligible: false, userHandle } };
}

/** Attested credential data, WebAuthn Level 3 section 6.5.1. */
export function attestedData(passkey: Passkey): Uint8Array {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(passkey.id.length);
  return concat(new Uint8Array(16), length, passkey.id, passkey.coseKey);
}

/** Written by another CBOR library than ours. */
function coseKeyOf(spki: Uint8Array): Uint8Array {
  return encode(membersOf(spki), rfc8949EncodeOptions);
}

function membersOf(spki: Uint8Array): Map<number, unknown> {
  const key = parsePublicKey(spki);
  switch (key.kind) {
    case 'ec': {
      const width = (key.point.length - 1) / 2;
      const [curve, algorithm] = key.curve === 'P-256' ? [1, -7] : [2, -35];
      return new Map<number, unknown>([[1, 2], [3, algorithm], [-1, curve], [-2, key.point.slice(1, 1 + width)], [-3, key.point.slice(1 + width)]]);
    }
    case 'rsa':
      return new Map<number, unknown>([[1, 3], [3, -257], [-1, key.modulus], [-2, key.exponent]]);
    case 'ed25519':
      return new Map<number, unknown>([[1, 1], [3, -8], [-1, 6], [-2, key.key]]);
    case 'ml-dsa-65':
      return new Map<number, unknown>([[1, 7], [3, -49], [-1, key.key]]);
  }
}
