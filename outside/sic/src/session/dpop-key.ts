// SPDX-License-Identifier: Apache-2.0
// The key that tokens are bound to (RFC 9449). Its private part cannot be taken out of the browser; it lives in IndexedDB so that it
// outlives the way to the IdP and back.
import { toBase64url, utf8 } from '@sigillo/standards/bytes';
import { asBufferSource, sha256 } from '../crypto/digest.ts';

export interface DpopKey {
  readonly privateKey: CryptoKey;
  readonly jwk: { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string };
  /** RFC 7638. */
  readonly thumbprint: string;
}

export async function makeDpopKey(): Promise<DpopKey> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
  const { x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  if (x === undefined || y === undefined) throw new Error('the browser gave no public key');
  const thumbprint = toBase64url(await sha256(utf8(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`)));
  return { privateKey: pair.privateKey, jwk: { kty: 'EC', crv: 'P-256', x, y }, thumbprint };
}

export interface ProofDemand {
  readonly method: string;
  readonly url: string;
  readonly accessToken: string | null;
  readonly id: string;
  readonly nowMs: number;
}

/** RFC 9449 section 4.2: the address without query and fragment. */
export async function makeProof(key: DpopKey, demand: ProofDemand): Promise<string> {
  const url = new URL(demand.url);
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: key.jwk };
  const claims = {
    jti: demand.id,
    htm: demand.method,
    htu: url.origin + url.pathname,
    iat: Math.floor(demand.nowMs / 1000),
    ...(demand.accessToken === null ? {} : { ath: toBase64url(await sha256(utf8(demand.accessToken))) }),
  };
  const signed = `${part(header)}.${part(claims)}`;
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key.privateKey, asBufferSource(utf8(signed)));
  return `${signed}.${toBase64url(new Uint8Array(signature))}`;
}

function part(value: unknown): string {
  return toBase64url(utf8(JSON.stringify(value)));
}
