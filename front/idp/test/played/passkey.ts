// SPDX-License-Identifier: Apache-2.0
// A passkey in software: what an authenticator and a browser make of a challenge.
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { concat, fromHex, toBase64url, toHex, utf8 } from '@sigillo/standards/bytes';
import { random, sha256 } from '@sigillo/wire';

export interface AssertionParts {
  readonly origin: string;
  readonly rpId: string;
  readonly flags: number;
  readonly type: string;
}

export interface PlayedAssertion {
  readonly credentialId: string;
  readonly authenticatorData: string;
  readonly clientDataJson: string;
  readonly signature: string;
  readonly userHandle: string | null;
}

const STRAIGHT: AssertionParts = { origin: 'http://sign.localhost:8400', rpId: 'sign.localhost', flags: 0x05, type: 'webauthn.get' };

export class Passkey {
  readonly signerId: Uint8Array;
  readonly credentialId: Uint8Array = random(32);
  readonly coseKey: Uint8Array;
  readonly #key: KeyObject;

  constructor(signerId: Uint8Array = random(16)) {
    this.signerId = signerId;
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = pair.privateKey;
    const { x, y } = pair.publicKey.export({ format: 'jwk' }) as { x: string; y: string };
    this.coseKey = concat(fromHex('a5010203262001215820'), Buffer.from(x, 'base64url'), fromHex('225820'), Buffer.from(y, 'base64url'));
  }

  get subject(): string {
    return toHex(this.signerId);
  }

  answer(challenge: Uint8Array, changes: Partial<AssertionParts> = {}): PlayedAssertion {
    const { origin, rpId, flags, type } = { ...STRAIGHT, ...changes };
    const authenticatorData = concat(sha256(utf8(rpId)), new Uint8Array([flags, 0, 0, 0, 0]));
    const clientDataJson = utf8(JSON.stringify({ type, challenge: toBase64url(challenge), origin, crossOrigin: false }));
    const signature = sign('sha256', concat(authenticatorData, sha256(clientDataJson)), this.#key);
    return {
      credentialId: toBase64url(this.credentialId),
      authenticatorData: toBase64url(authenticatorData),
      clientDataJson: toBase64url(clientDataJson),
      signature: toBase64url(signature),
      userHandle: toBase64url(this.signerId),
    };
  }
}
