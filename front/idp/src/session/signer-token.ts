// SPDX-License-Identifier: Apache-2.0
// Who calls: the access token of the signer's page with its proof (RFC 9449). The IdP asks its own list as well, so here a revoked token
// is refused at once.
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { HttpRequest } from '@sigillo/http';
import {
  OAuthError,
  parseAuthorization,
  parseCompactJws,
  readAccessToken,
  replayMemory,
  requireScheme,
  requireScope,
  verifyDpopProof,
  type AccessToken,
  type EcPublicJwk,
  type ReplayMemory,
} from '@sigillo/standards/oauth';
import { sha256 } from '@sigillo/wire';
import type { IssuedToken } from '../database/issued-tokens.ts';
import type { Parts } from '../parts.ts';
import { SIGNER_RESOURCE } from '../provider/resources.ts';
import { refuse } from '../refusals.ts';

export type SignerCaller = IssuedToken & { readonly subject: string };
export type SignerDoor = (request: HttpRequest) => Promise<SignerCaller>;

const TOKEN_CHARACTERS_MAX = 8192;
const PROOFS_REMEMBERED_MAX = 20_000;

export function signerDoor(parts: Parts): SignerDoor {
  const memory = replayMemory(PROOFS_REMEMBERED_MAX);
  return async (request) => {
    try {
      const presented = parseAuthorization(request.raw.headersDistinct['authorization']);
      const token = verified(parts, presented.token);
      requireScheme(presented, token);
      requireScope(token, 'signer');
      await checkProof(parts, request, presented.token, token, memory);
      return await inForce(parts, token);
    } catch (cause) {
      if (cause instanceof OAuthError) throw refuse(cause.code === 'authorization_missing' ? 'token_missing' : 'token_refused', cause);
      throw cause;
    }
  };
}

function verified(parts: Parts, token: string): AccessToken {
  const { header, payload, signingInput, signature } = parseCompactJws(token, TOKEN_CHARACTERS_MAX);
  if (header['alg'] !== 'ES256') throw new OAuthError('token_type');
  if (!isEs256(parts.signingKey.publicKey, signingInput, signature)) throw refuse('token_refused');
  const demand = { issuer: parts.deployment.issuer, audience: SIGNER_RESOURCE, nowSeconds: parts.powers.nowSeconds() };
  return readAccessToken(header, payload, demand);
}

async function checkProof(parts: Parts, request: HttpRequest, text: string, token: AccessToken, memory: ReplayMemory): Promise<void> {
  const [path] = request.url.split('?');
  const claim = {
    proofs: request.raw.headersDistinct['dpop'],
    method: request.method,
    url: `${parts.deployment.issuer}${path}`,
    accessToken: text,
    ...(token.boundTo === undefined ? {} : { boundTo: token.boundTo }),
  };
  try {
    await verifyDpopProof(claim, { sha256, memory, verify: verifyEs256 }, { nowSeconds: parts.powers.nowSeconds() });
  } catch (cause) {
    if (cause instanceof OAuthError) throw refuse(cause.code === 'dpop_memory_full' ? 'busy' : 'proof_refused', cause);
    throw cause;
  }
}

async function inForce(parts: Parts, token: AccessToken): Promise<SignerCaller> {
  const issued = await parts.tokens.find(token.tokenId);
  if (issued === undefined || issued.subject === null || issued.subject !== token.subject) throw refuse('token_refused');
  return { ...issued, subject: issued.subject };
}

function verifyEs256(jwk: EcPublicJwk, input: Uint8Array, signature: Uint8Array): void {
  if (!isEs256(createPublicKey({ key: { ...jwk }, format: 'jwk' }), input, signature)) throw new OAuthError('dpop_signature');
}

function isEs256(key: KeyObject, input: Uint8Array, signature: Uint8Array): boolean {
  return verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature);
}
