// SPDX-License-Identifier: Apache-2.0
import { fromBase64url, SpellingError, toBase64url, utf8 } from '../bytes/index.ts';
import { asObject } from './compact-jws.ts';
import { OAuthError } from './error.ts';

/** A public P-256 key as a JWK (RFC 7518 section 6.2.1), and nothing beside. */
export interface EcPublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
}

/** The public key of a DPoP proof. A private member is refused (RFC 9449 section 4.3 step 7); members without meaning for us are dropped. */
export function parsePublicJwk(value: unknown): EcPublicJwk {
  const { kty, crv, x, y, d } = asObject(value, 'dpop_malformed');
  if (d !== undefined || kty !== 'EC' || crv !== 'P-256') throw new OAuthError('jwk_not_supported');
  return { kty, crv, x: coordinate(x), y: coordinate(y) };
}

function coordinate(value: unknown): string {
  try {
    if (typeof value === 'string' && fromBase64url(value).length === 32) return value;
  } catch (cause) {
    if (!(cause instanceof SpellingError)) throw cause;
  }
  throw new OAuthError('jwk_not_supported');
}

/** RFC 7638: the SHA-256 of this is the thumbprint. */
export function thumbprintPreimage(jwk: EcPublicJwk): Uint8Array<ArrayBuffer> {
  return utf8(`{"crv":"${jwk.crv}","kty":"${jwk.kty}","x":"${jwk.x}","y":"${jwk.y}"}`);
}

export function thumbprint(jwk: EcPublicJwk, sha256: (bytes: Uint8Array) => Uint8Array): string {
  return toBase64url(sha256(thumbprintPreimage(jwk)));
}
