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
  /** Another spelling of the client data. */
  readonly spell?: (json: string) => string;
  readonly userHandle?: Uint8Array | null;
  readonly credentialId?: Uint8Array;
  readonly extensionData?: Uint8Array;
}

/** What authenticators sign with, by their names in WebAuthn. */
export type AuthenticatorAlgorithm = 'ES256' | 'ES384' | 'EdDSA' | 'RS256';

/** A key that somebody made, and what it signs with. */
export interface AuthenticatorKey {
  readonly credentialId: Uint8Array;
  readonly coseKey: Uint8Array;
  readonly spki: Uint8Array;
  readonly sign: (bytes: Uint8Array) => Uint8Array;
}

const UP_UV = 0x05;
const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

export class Authenticator {
  readonly credentialId: Uint8Array;
  readonly coseKey: Uint8Array;
  /** The same key as SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  readonly rpId: string;
  readonly origin: string;
  userHandle: Uint8Array | null = null;
  signCount = 0;
  readonly #sign: AuthenticatorKey['sign'];

  constructor(place: { readonly rpId: string; readonly origin: string }, key: AuthenticatorAlgorithm | AuthenticatorKey = 'ES256') {
    const { credentialId, coseKey, spki, sign } = typeof key === 'string' ? freshKey(key) : key;
    this.rpId = place.rpId;
    this.origin = place.origin;
    this.credentialId = credentialId;
    this.coseKey = coseKey;
    this.spki = spki;
    this.#sign = sign;
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
      attestationObject: concat(head, bytesHead(authenticatorData), authenticatorData),
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
      signature: this.#sign(concat(authenticatorData, sha256(clientDataJson))),
      userHandle: changes.userHandle === undefined ? this.userHandle : changes.userHandle,
    };
  }

  #data(changes: AnswerChanges, flags: number): Uint8Array {
    const count = new DataView(new ArrayBuffer(4));
    count.setUint32(0, changes.signCount ?? this.signCount);
    return concat(sha256(utf8(changes.rpId ?? this.rpId)), Uint8Array.of(flags), new Uint8Array(count.buffer));
  }

  #clientData(type: string, challenge: Uint8Array, changes: AnswerChanges): Uint8Array {
    const json = JSON.stringify({
      type: changes.type ?? type,
      challenge: toBase64url(challenge),
      origin: changes.origin ?? this.origin,
      crossOrigin: false,
      ...changes.extra,
    });
    return utf8(changes.spell?.(json) ?? json);
  }
}

function freshKey(algorithm: AuthenticatorAlgorithm): AuthenticatorKey {
  const { publicKey, privateKey } = keyPair(algorithm);
  const hash = algorithm === 'EdDSA' ? null : algorithm === 'ES384' ? 'sha384' : 'sha256';
  return {
    credentialId: randomBytes(32),
    coseKey: coseKeyOf(algorithm, publicKey.export({ format: 'jwk' }) as Record<string, string>),
    spki: publicKey.export({ type: 'spki', format: 'der' }),
    sign: (bytes) => sign(hash, bytes, privateKey),
  };
}

function keyPair(algorithm: AuthenticatorAlgorithm): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  switch (algorithm) {
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'ES384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' });
    case 'EdDSA':
      return generateKeyPairSync('ed25519');
    case 'RS256':
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
  }
}

/** COSE_Key, RFC 9053 sections 7.1 and 7.2, RFC 8230 section 4. */
function coseKeyOf(algorithm: AuthenticatorAlgorithm, jwk: Record<string, string>): Uint8Array {
  const member = (key: number, name: string): Uint8Array => {
    const value = Buffer.from(jwk[name]!, 'base64url');
    return concat(Uint8Array.of(key), bytesHead(value), value);
  };
  switch (algorithm) {
    case 'ES256':
      return concat(Uint8Array.of(0xa5, 1, 2, 3, 0x26, 0x20, 1), member(0x21, 'x'), member(0x22, 'y'));
    case 'ES384':
      return concat(Uint8Array.of(0xa5, 1, 2, 3, 0x38, 0x22, 0x20, 2), member(0x21, 'x'), member(0x22, 'y'));
    case 'EdDSA':
      return concat(Uint8Array.of(0xa4, 1, 1, 3, 0x27, 0x20, 6), member(0x21, 'x'));
    case 'RS256':
      return concat(Uint8Array.of(0xa4, 1, 3, 3, 0x39, 1, 0), member(0x20, 'n'), member(0x21, 'e'));
  }
}

function bytesHead({ length }: Uint8Array): Uint8Array {
  if (length < 24) return Uint8Array.of(0x40 + length);
  return length < 256 ? Uint8Array.of(0x58, length) : Uint8Array.of(0x59, length >> 8, length & 0xff);
}
