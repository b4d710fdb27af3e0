// SPDX-License-Identifier: Apache-2.0
// Proofs of possession, RFC 9449 section 4.3, in the order of its steps. A server that knows no nonces demands a recent `iat` and takes
// each proof once instead (section 11.1).
import { toBase64url, utf8 } from '../bytes/index.ts';
import { asObject, type JsonObject, readJwsBytes, readJwsObject, splitCompactJws } from './compact-jws.ts';
import { OAuthError } from './error.ts';
import { parsePublicJwk, thumbprint, type EcPublicJwk } from './jwk.ts';
import type { ReplayMemory } from './replay-memory.ts';

/** Throws, or returns a promise that rejects, where `signature` (r ‖ s) is not ES256 by `jwk` over `signingInput`. */
export type VerifyEs256 = (jwk: EcPublicJwk, signingInput: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>) => Promise<void> | void;

export interface DpopRequest {
  /** All values of the DPoP header of the request. */
  readonly proofs: readonly string[] | undefined;
  readonly method: string;
  /** The URL under which the caller knows this resource; query and fragment do not count (step 9). */
  readonly url: string;
  /** The access token presented with the proof; absent at a token endpoint. */
  readonly accessToken?: string;
  /** The key that the token is bound to, where there is a token. */
  readonly boundTo?: string;
}

export interface DpopPowers {
  readonly sha256: (bytes: Uint8Array) => Uint8Array;
  readonly verify: VerifyEs256;
  readonly memory: ReplayMemory;
  /** Headers that were read before, by their spelling: an application sends the same one with each proof. */
  readonly headers?: { get(spelling: string): DpopPossession | undefined; set(spelling: string, header: DpopPossession): void };
}

export interface DpopTimes {
  readonly nowSeconds: number;
  readonly ageSecondsMax?: number;
  readonly skewSeconds?: number;
}

/** Whoever sent the request holds the private key of this thumbprint. */
export interface DpopPossession {
  readonly thumbprint: string;
  readonly jwk: EcPublicJwk;
}

export const DPOP_AGE_SECONDS_MAX = 60;
export const DPOP_SKEW_SECONDS = 5;
const PROOF_CHARACTERS_MAX = 4096;
const ID_CHARACTERS_MAX = 256;

export async function verifyDpopProof(request: DpopRequest, powers: DpopPowers, times: DpopTimes): Promise<DpopPossession> {
  const [header, claims, signature] = splitCompactJws(onlyProof(request.proofs), PROOF_CHARACTERS_MAX);
  const possession = powers.headers?.get(header) ?? readHeader(header, powers);
  const payload = readJwsObject(claims);
  await verified(powers.verify, possession.jwk, utf8(`${header}.${claims}`), readJwsBytes(signature));
  if (text(payload, 'htm') !== request.method) throw new OAuthError('dpop_method');
  requireSameUrl(text(payload, 'htu'), request.url);
  requireRecent(payload['iat'], times);
  requireTokenHash(payload['ath'], request.accessToken, powers.sha256);
  if (request.boundTo !== undefined && possession.thumbprint !== request.boundTo) throw new OAuthError('dpop_key');
  takeOnce(possession.thumbprint, text(payload, 'jti'), powers, times);
  return possession;
}

function readHeader(spelling: string, { sha256, headers }: DpopPowers): DpopPossession {
  const header = readJwsObject(spelling);
  if (header['typ'] !== 'dpop+jwt') throw new OAuthError('dpop_malformed');
  if (header['alg'] !== 'ES256' || header['crit'] !== undefined) throw new OAuthError('dpop_algorithm');
  const jwk = parsePublicJwk(asObject(header['jwk'], 'dpop_malformed'));
  const read = { thumbprint: thumbprint(jwk, sha256), jwk };
  headers?.set(spelling, read);
  return read;
}

function onlyProof(proofs: readonly string[] | undefined): string {
  if (proofs === undefined || proofs.length === 0) throw new OAuthError('dpop_missing');
  const [proof] = proofs;
  if (proofs.length > 1 || proof === undefined) throw new OAuthError('dpop_malformed');
  return proof;
}

async function verified(verify: VerifyEs256, jwk: EcPublicJwk, signingInput: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>): Promise<void> {
  if (signature.length !== 64) throw new OAuthError('dpop_signature');
  try {
    await verify(jwk, signingInput, signature);
  } catch (cause) {
    throw new OAuthError('dpop_signature', { cause });
  }
}

function text(payload: JsonObject, name: string): string {
  const value = payload[name];
  if (typeof value !== 'string' || value === '' || value.length > 2048) throw new OAuthError('dpop_malformed');
  return value;
}

function requireSameUrl(claimed: string, actual: string): void {
  if (claimed === actual) return;
  if (!URL.canParse(claimed)) throw new OAuthError('dpop_url');
  const [a, b] = [new URL(claimed), new URL(actual)];
  if (a.origin !== b.origin || a.pathname !== b.pathname || a.username !== '' || a.password !== '') throw new OAuthError('dpop_url');
}

function requireRecent(issuedAt: unknown, times: DpopTimes): void {
  if (typeof issuedAt !== 'number' || !Number.isFinite(issuedAt)) throw new OAuthError('dpop_malformed');
  const ageSeconds = times.nowSeconds - issuedAt;
  if (ageSeconds > (times.ageSecondsMax ?? DPOP_AGE_SECONDS_MAX) || ageSeconds < -(times.skewSeconds ?? DPOP_SKEW_SECONDS)) throw new OAuthError('dpop_time');
}

function requireTokenHash(claimed: unknown, accessToken: string | undefined, sha256: (bytes: Uint8Array) => Uint8Array): void {
  if (accessToken === undefined) return;
  if (claimed !== toBase64url(sha256(utf8(accessToken)))) throw new OAuthError('dpop_token_hash');
}

/** The same id under another key is another proof. Kept from now on as long as any proof that is acceptable now can stay acceptable. */
function takeOnce(held: string, id: string, powers: DpopPowers, times: DpopTimes): void {
  if (id.length > ID_CHARACTERS_MAX) throw new OAuthError('dpop_malformed');
  const key = toBase64url(powers.sha256(utf8(`${held}\0${id}`)).subarray(0, 18));
  const untilSeconds = times.nowSeconds + (times.ageSecondsMax ?? DPOP_AGE_SECONDS_MAX) + (times.skewSeconds ?? DPOP_SKEW_SECONDS) + 1;
  const taken = powers.memory.take(key, untilSeconds, times.nowSeconds);
  if (taken === 'seen') throw new OAuthError('dpop_replayed');
  if (taken === 'full') throw new OAuthError('dpop_memory_full');
}
