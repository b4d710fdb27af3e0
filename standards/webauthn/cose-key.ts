// SPDX-License-Identifier: Apache-2.0
// COSE_Key (RFC 9052 section 7, RFC 9053) in the canonical CBOR of CTAP2, for the algorithms that authenticators have. Exactly the members of the key's type,
// in their order; nothing else.
import type { SignatureAlgorithm } from '../algorithms/index.ts';
import { concat } from '../bytes/index.ts';
import { encodePublicKey, type PublicKey, X509Error } from '../x509/index.ts';
import { WebauthnError } from './error.ts';

export interface CoseKey {
  /** How this key signs assertions. */
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: PublicKey;
  /** The key as it was written. */
  readonly encoded: Uint8Array;
}

type Member = number | Uint8Array;

/** IANA COSE Algorithms. */
const ES256 = -7;
const EDDSA = -8;
const ES384 = -35;
const ML_DSA_65 = -49;
const RS256 = -257;

/** The whole of `bytes` as one key. */
export function parseCoseKey(bytes: Uint8Array): CoseKey {
  const { key, end } = readCoseKey(bytes, 0);
  if (end !== bytes.length) throw new WebauthnError('cose_key_malformed');
  return key;
}

/** A key that begins at `start`, and where it ends. */
export function readCoseKey(bytes: Uint8Array, start: number): { readonly key: CoseKey; readonly end: number } {
  const reader = new CoseReader(bytes, start);
  const members = reader.map();
  const encoded = bytes.slice(start, reader.at);
  return { key: { ...interpret(members), encoded }, end: reader.at };
}

/** SubjectPublicKeyInfo of a key. */
export function coseKeyToSpki(key: CoseKey): Uint8Array<ArrayBuffer> {
  return encodePublicKey(key.publicKey);
}

function interpret(members: ReadonlyMap<number, Member>): Omit<CoseKey, 'encoded'> {
  const type = members.get(1);
  const algorithm = members.get(3);
  switch (typeof algorithm === 'number' ? algorithm : 0) {
    case ES256:
      return ec(members, type, 1, 'P-256', 'sha256', 32);
    case ES384:
      return ec(members, type, 2, 'P-384', 'sha384', 48);
    case EDDSA:
      only(members, [1, 3, -1, -2], type === 1 && members.get(-1) === 6);
      return { algorithm: { scheme: 'ed25519' }, publicKey: { kind: 'ed25519', key: sized(members.get(-2), 32) } };
    case RS256:
      only(members, [1, 3, -1, -2], type === 3);
      return { algorithm: { scheme: 'rsa-pkcs1', hash: 'sha256' }, publicKey: rsa(members) };
    case ML_DSA_65:
      only(members, [1, 3, -1], type === 7);
      return { algorithm: { scheme: 'ml-dsa-65' }, publicKey: { kind: 'ml-dsa-65', key: sized(members.get(-1), 1952) } };
    default:
      throw new WebauthnError('cose_key_algorithm');
  }
}

function ec(members: ReadonlyMap<number, Member>, type: Member | undefined, curveNumber: number, curve: 'P-256' | 'P-384', hash: 'sha256' | 'sha384', width: number): Omit<CoseKey, 'encoded'> {
  only(members, [1, 3, -1, -2, -3], type === 2 && members.get(-1) === curveNumber);
  const point = concat(Uint8Array.of(4), sized(members.get(-2), width), sized(members.get(-3), width));
  return { algorithm: { scheme: 'ecdsa', hash }, publicKey: { kind: 'ec', curve, point } };
}

function rsa(members: ReadonlyMap<number, Member>): PublicKey {
  const modulus = members.get(-1);
  const exponent = members.get(-2);
  if (!(modulus instanceof Uint8Array) || !(exponent instanceof Uint8Array) || modulus.length < 256 || modulus[0] === 0 || exponent.length > 8 || exponent[0] === 0) {
    throw new WebauthnError('cose_key_malformed');
  }
  return sound({ kind: 'rsa', modulus, exponent });
}

/** A key whose numbers cannot be those of a key is refused here, not when somebody wants to verify with it. */
function sound(key: PublicKey): PublicKey {
  try {
    encodePublicKey(key);
    return key;
  } catch (cause) {
    if (cause instanceof X509Error) throw new WebauthnError('cose_key_malformed', { cause });
    throw cause;
  }
}

function only(members: ReadonlyMap<number, Member>, keys: readonly number[], fits: boolean): void {
  if (!fits || members.size !== keys.length || keys.some((key) => !members.has(key))) throw new WebauthnError('cose_key_malformed');
}

function sized(member: Member | undefined, length: number): Uint8Array {
  if (!(member instanceof Uint8Array) || member.length !== length) throw new WebauthnError('cose_key_malformed');
  return member;
}

const MEMBERS_MAX = 8;

/** Integers of both signs and byte strings, shortest heads, keys in the bytewise order of their encodings. */
class CoseReader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.at = start;
  }

  map(): ReadonlyMap<number, Member> {
    const { major, argument } = this.#head();
    if (major !== 5 || argument > MEMBERS_MAX) throw new WebauthnError('cose_key_malformed');
    const members = new Map<number, Member>();
    let previous = -1;
    for (let i = 0; i < argument; i++) {
      const first = this.#bytes[this.at] ?? 0;
      const key = this.#member();
      // Keys of one byte only, so their order is the order of that byte.
      if (typeof key !== 'number' || first <= previous || (first & 31) > 23) throw new WebauthnError('cose_key_malformed');
      previous = first;
      members.set(key, this.#member());
    }
    return members;
  }

  #member(): Member {
    const { major, argument } = this.#head();
    if (major === 0) return argument;
    if (major === 1) return -1 - argument;
    if (major !== 2 || argument > this.#bytes.length - this.at) throw new WebauthnError('cose_key_malformed');
    const value = this.#bytes.slice(this.at, this.at + argument);
    this.at += argument;
    return value;
  }

  #head(): { readonly major: number; readonly argument: number } {
    const first = this.#bytes[this.at++];
    if (first === undefined) throw new WebauthnError('cose_key_malformed');
    const info = first & 31;
    if (info < 24) return { major: first >> 5, argument: info };
    const width = info === 24 ? 1 : info === 25 ? 2 : 0;
    if (width === 0 || this.at + width > this.#bytes.length) throw new WebauthnError('cose_key_malformed');
    let argument = 0;
    for (let i = 0; i < width; i++) argument = argument * 256 + this.#bytes[this.at++]!;
    if (argument < (width === 1 ? 24 : 256)) throw new WebauthnError('cose_key_malformed');
    return { major: first >> 5, argument };
  }
}
