// SPDX-License-Identifier: Apache-2.0
// An authenticator in software, for signers and officers. It answers as it is told to, also wrongly.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { Assertion } from '@sigillo/standards/webauthn';
import { concat, toBase64url, utf8 } from '@sigillo/standards/bytes';

export interface AnswerChanges {
  readonly type?: string;
  readonly origin?: string;
  readonly rpId?: string;
  readonly flags?: number;
  readonly signCount?: number;
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly userHandle?: Uint8Array | null;
  readonly credentialId?: Uint8Array;
  readonly extensionData?: Uint8Array;
}

const UP_UV = 0x05;
const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

export class Authenticator {
  readonly credentialId: Uint8Array = randomBytes(32);
  readonly coseKey: Uint8Array;
  /** The same key as SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  readonly rpId: string;
  readonly origin: string;
  userHandle: Uint8Array | null = null;
  signCount = 0;
  readonly #key: KeyObject;

  constructor(place: { readonly rpId: string; readonly origin: string }) {
    this.rpId = place.rpId;
    this.origin = place.origin;
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey;
    this.spki = publicKey.export({ type: 'spki', format: 'der' });
    const { x, y } = publicKey.export({ format: 'jwk' }) as { x: string; y: string };
    const coordinate = (text: string): Uint8Array => Buffer.from(text, 'base64url');
    this.coseKey = concat(
      Uint8Array.of(0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32),
      coordinate(x),
      Uint8Array.of(0x22, 0x58, 32),
      coordinate(y),
    );
  }

  create(
    challenge: Uint8Array,
    changes: AnswerChanges = {},
  ): { readonly credentialId: Uint8Array; readonly attestationObject: Uint8Array; readonly clientDataJson: Uint8Array } {
    const attested = concat(new Uint8Array(16), Uint8Array.of(0, this.credentialId.length), this.credentialId, this.coseKey);
    const authenticatorData = concat(this.#data(changes, (changes.flags ?? UP_UV) | 0x40), attested);
    const head = concat(
      Uint8Array.of(0xa3, 0x63),
      utf8('fmt'),
      Uint8Array.of(0x64),
      utf8('none'),
      Uint8Array.of(0x67),
      utf8('attStmt'),
      Uint8Array.of(0xa0, 0x68),
      utf8('authData'),
    );
    return {
      credentialId: this.credentialId,
      attestationObject: concat(head, Uint8Array.of(0x58, authenticatorData.length), authenticatorData),
      clientDataJson: this.#clientData('webauthn.create', challenge, changes),
    };
  }

  get(challenge: Uint8Array, changes: AnswerChanges = {}): Assertion {
    const authenticatorData = concat(this.#data(changes, changes.flags ?? UP_UV), changes.extensionData ?? new Uint8Array(0));
    const clientDataJson = this.#clientData('webauthn.get', challenge, changes);
    return {
      credentialId: changes.credentialId ?? this.credentialId,
      authenticatorData,
      clientDataJson,
      signature: sign('sha256', concat(authenticatorData, sha256(clientDataJson)), this.#key),
      userHandle: changes.userHandle === undefined ? this.userHandle : changes.userHandle,
    };
  }

  #data(changes: AnswerChanges, flags: number): Uint8Array {
    const count = new DataView(new ArrayBuffer(4));
    count.setUint32(0, changes.signCount ?? this.signCount);
    return concat(sha256(utf8(changes.rpId ?? this.rpId)), Uint8Array.of(flags), new Uint8Array(count.buffer));
  }

  #clientData(type: string, challenge: Uint8Array, changes: AnswerChanges): Uint8Array {
    return utf8(
      JSON.stringify({
        type: changes.type ?? type,
        challenge: toBase64url(challenge),
        origin: changes.origin ?? this.origin,
        crossOrigin: false,
        ...changes.extra,
      }),
    );
  }
}
