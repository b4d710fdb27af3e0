// SPDX-License-Identifier: Apache-2.0
// The keys that all processes of the simulated crypto module have in common. Their signatures are MACs, which only the token can make and
// only the simulation can check.
import { concat, sameBytes, toHex } from '@sigillo/standards/bytes';
import { EcPair, hmac } from './keys.ts';

/** Points are dear to compute, and the same in every world. */
const pairs = new Map<string, EcPair>();

export class SimulatedToken {
  readonly identity: Uint8Array;
  readonly ticketKey: Uint8Array;
  readonly identityPublicKey: Uint8Array;
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array) {
    this.#secret = secret;
    this.identity = hmac(secret, 'identity');
    this.ticketKey = hmac(secret, 'ticket');
    this.identityPublicKey = pairFor(this.identity).spki;
  }

  /** The signature that the key of this id gives over a digest. */
  signatureOf(keyId: Uint8Array, digest: Uint8Array): Uint8Array {
    const scalar = this.#scalarOf(keyId);
    return concat(hmac(scalar, 'first', digest), hmac(scalar, 'second', digest));
  }

  identitySignatureOf(digest: Uint8Array): Uint8Array {
    return concat(hmac(this.identity, 'first', digest), hmac(this.identity, 'second', digest));
  }

  /** What must never be seen outside of module and SAM. */
  secrets(): readonly Uint8Array[] {
    return [this.#secret, this.identity, this.ticketKey];
  }

  sealed(secret: Uint8Array): Uint8Array {
    return concat(this.#masked(secret), hmac(this.#secret, 'sealed', secret));
  }

  /** What `sealed` had closed; undefined where these bytes are not whole. */
  opened(sealed: Uint8Array): Uint8Array | undefined {
    const secret = this.#masked(sealed.subarray(0, -32));
    return sealed.length > 32 && sameBytes(this.sealed(secret), sealed) ? secret : undefined;
  }

  #masked(bytes: Uint8Array): Uint8Array {
    const mask = hmac(this.#secret, 'mask');
    return bytes.map((byte, i) => byte ^ mask[i % 32]!);
  }

  wrappedOf(keyId: Uint8Array): Uint8Array {
    return concat(hmac(this.#secret, 'wrapped', keyId), hmac(this.#secret, 'wrapped too', keyId));
  }

  pairOf(keyId: Uint8Array): EcPair {
    return pairFor(this.#scalarOf(keyId));
  }

  #scalarOf(keyId: Uint8Array): Uint8Array {
    return hmac(this.#secret, 'key', keyId);
  }
}

function pairFor(scalar: Uint8Array): EcPair {
  const known = pairs.get(toHex(scalar));
  if (known !== undefined) return known;
  const pair = new EcPair(scalar);
  pairs.set(toHex(scalar), pair);
  return pair;
}
