// SPDX-License-Identifier: Apache-2.0
// Who brings and fetches documents: the signer of a token that the IdP signed for the signer's page, presented with a proof of its key (RFC 9449).
import { createPublicKey, verify } from 'node:crypto';
import { HttpProblem, type HttpReply, type HttpRequest } from '@sigillo/http';
import { fromUtf8, SpellingError } from '@sigillo/standards/bytes';
import {
  type AccessToken,
  challengeHeader,
  type EcPublicJwk,
  OAuthError,
  parseAuthorization,
  readAccessToken,
  replayMemory,
  requireScheme,
  requireScope,
  verifyDpopProof,
} from '@sigillo/standards/oauth';
import { sha256 } from '@sigillo/wire';
import { compactVerify, createLocalJWKSet, errors } from 'jose';
import type { PublicFiles } from '../public-files.ts';

const AUDIENCE = 'urn:sigillo:signer';
const SCOPE = 'signer';
const PROOFS_MAX = 200_000;

/** The signer id of the caller; throws the HTTP answer for whoever is none. */
export type FindOwner = (request: HttpRequest, reply: HttpReply) => Promise<string>;

export function openOwners(files: Pick<PublicFiles, 'deployment' | 'idpKeys' | 'pages'>, nowMs: () => number): FindOwner {
  const keys = createLocalJWKSet({ keys: [...files.idpKeys.keys] });
  const powers = { sha256, verify: verifyEs256, memory: replayMemory(PROOFS_MAX) };
  const nowSeconds = (): number => Math.floor(nowMs() / 1000);

  async function verifiedToken(text: string): Promise<AccessToken> {
    const { protectedHeader, payload } = await compactVerify(text, keys, { algorithms: ['ES256'] });
    return readAccessToken({ ...protectedHeader }, JSON.parse(fromUtf8(payload)), { issuer: files.deployment.issuer, audience: AUDIENCE, nowSeconds: nowSeconds() });
  }

  async function owner(request: HttpRequest): Promise<string> {
    const headers = request.raw.headersDistinct;
    const presented = parseAuthorization(headers['authorization']);
    const token = await verifiedToken(presented.token);
    if (token.boundTo === undefined) throw new OAuthError('token_binding');
    requireScheme(presented, token);
    if (!files.pages.has(token.clientId)) throw new OAuthError('token_malformed');
    const url = `${files.deployment.scaUrl}${request.url.split('?', 1)[0]!}`;
    const asked = { proofs: headers['dpop'], method: request.method, url, accessToken: presented.token, boundTo: token.boundTo };
    await verifyDpopProof(asked, powers, { nowSeconds: nowSeconds() });
    requireScope(token, SCOPE);
    if (token.subject === undefined || !/^[0-9a-f]{32}$/.test(token.subject)) throw new OAuthError('token_malformed');
    return token.subject;
  }

  return async (request, reply) => {
    try {
      return await owner(request);
    } catch (cause) {
      throw refusal(cause, reply);
    }
  };
}

function verifyEs256(jwk: EcPublicJwk, signingInput: Uint8Array, signature: Uint8Array): void {
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  if (!verify('sha256', signingInput, { key, dsaEncoding: 'ieee-p1363' }, signature)) throw new Error('the proof is not signed by its key');
}

function refusal(cause: unknown, reply: HttpReply): unknown {
  const code = codeOf(cause);
  if (code === undefined) return cause;
  if (code === 'dpop_memory_full') return new HttpProblem(503, 'temporarily_unavailable', undefined, { cause, retryAfterSeconds: 2 });
  reply.header('www-authenticate', challengeHeader('DPoP', challengeError(code)));
  return new HttpProblem(code === 'token_scope' ? 403 : 401, code, undefined, { cause });
}

function codeOf(cause: unknown): OAuthError['code'] | undefined {
  if (cause instanceof OAuthError) return cause.code;
  return cause instanceof errors.JOSEError || cause instanceof SyntaxError || cause instanceof SpellingError ? 'token_malformed' : undefined;
}

function challengeError(code: OAuthError['code']): 'invalid_token' | 'invalid_dpop_proof' | 'insufficient_scope' | undefined {
  if (code === 'authorization_missing') return undefined;
  if (code === 'token_scope') return 'insufficient_scope';
  return code.startsWith('dpop_') || code === 'jwk_not_supported' || code === 'jws_malformed' ? 'invalid_dpop_proof' : 'invalid_token';
}
