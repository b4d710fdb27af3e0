// SPDX-License-Identifier: Apache-2.0
// `credentials/info` at the SSA: which certificate a credential has, by a service token of this application's own.
import { fromBase64 } from '@sigillo/standards/bytes';
import { type Certificate, parseCertificate, verifyChain } from '@sigillo/standards/x509';
import { verifySignature } from '@sigillo/wire';
import { algorithmFor, type SigningAlgorithm } from '../signing/algorithm.ts';
import { cscAnswer, members, texts } from './answer.ts';
import type { AuthorizationServer, Token } from './authorization-server.ts';
import { ServiceError } from './error.ts';

export interface Credential {
  readonly certificate: Certificate;
  /** The signer's certificate and what leads to the anchor, without the anchor. */
  readonly certificates: readonly Uint8Array[];
  readonly algorithm: SigningAlgorithm;
}

export type ReadCredential = (credentialId: string) => Promise<Credential>;

export interface CredentialsOptions {
  readonly ssaUrl: string;
  readonly server: AuthorizationServer;
  readonly root: Certificate;
  readonly nowMs: () => number;
}

const RENEWAL_MS = 60_000;
const CERTIFICATES_MAX = 8;

export function openCredentials({ ssaUrl, server, root, nowMs }: CredentialsOptions): ReadCredential {
  let held: { readonly token: Token; readonly untilMs: number } | undefined;
  const serviceToken = async (): Promise<Token> => {
    if (held !== undefined && nowMs() < held.untilMs) return held.token;
    const token = await server.serviceToken();
    held = { token, untilMs: nowMs() + token.expiresInSeconds * 1000 - RENEWAL_MS };
    return token;
  };
  return async (credentialId) => {
    const answer = await server.call(await serviceToken(), `${ssaUrl}/csc/v2/credentials/info`, { credentialID: credentialId, certificates: 'chain' }).catch((cause: unknown) => {
      held = undefined;
      throw cause;
    });
    const body = await cscAnswer(answer).catch((cause: unknown) => {
      if (cause instanceof ServiceError && cause.code === 'service_refused' && answer.status === 400) throw new ServiceError('credential_unknown', { cause });
      throw cause;
    });
    const key = members(body['key']);
    const cert = members(body['cert']);
    if (key['status'] !== 'enabled' || cert['status'] !== 'valid') throw new ServiceError('credential_not_usable');
    return credentialOf(texts(cert['certificates']), texts(key['algo']), { root, atMs: nowMs() });
  };
}

/** The chain must hold to the pinned anchor now: a signature that nobody will accept is not asked for. */
function credentialOf(chain: readonly string[], offered: readonly string[], trust: { readonly root: Certificate; readonly atMs: number }): Credential {
  if (chain.length === 0 || chain.length > CERTIFICATES_MAX) throw new ServiceError('service_wrong');
  const [certificate, ...candidates] = parsedChain(chain);
  const path = provenPath(certificate!, candidates, trust);
  const usage = certificate!.extensions.keyUsage;
  if (usage !== null && !usage.has('contentCommitment') && !usage.has('digitalSignature')) throw new ServiceError('credential_not_usable');
  const algorithm = algorithmFor(certificate!, offered);
  if (algorithm === undefined) throw new ServiceError('credential_not_usable');
  return { certificate: certificate!, certificates: path.slice(0, -1).map(({ encoded }) => encoded), algorithm };
}

function parsedChain(chain: readonly string[]): Certificate[] {
  try {
    return chain.map((text) => parseCertificate(fromBase64(text)));
  } catch (cause) {
    throw new ServiceError('service_wrong', { cause });
  }
}

function provenPath(certificate: Certificate, candidates: readonly Certificate[], { root, atMs }: { readonly root: Certificate; readonly atMs: number }): readonly Certificate[] {
  try {
    return verifyChain(certificate, { anchors: [root], verify: verifySignature }, { candidates, atMs });
  } catch (cause) {
    throw new ServiceError('credential_not_usable', { cause });
  }
}
