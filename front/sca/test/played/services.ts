// SPDX-License-Identifier: Apache-2.0
// The IdP, the SSA and the TSA as the SCA meets them, over real HTTP and with real signatures. Each checks what it is told as the real one does, and each
// can be made to misbehave.
import { createPublicKey, hash, type KeyObject, randomBytes, randomUUID, sign, verify } from 'node:crypto';
import { CONTENT_TYPE, encodeSignedAttributes, encodeSignedData } from '@sigillo/standards/cms';
import { toBase64url } from '@sigillo/standards/bytes';
import { type EcPublicJwk, replayMemory, verifyDpopProof } from '@sigillo/standards/oauth';
import { encodeGrantedResponse, encodeTimeStampInfo, parseTimeStampRequest } from '@sigillo/standards/tsp';
import { createLocalJWKSet, type JWK, jwtVerify } from 'jose';
import type { Authority } from './authority.ts';
import { type Asked, json, type PlayedServer, type Said, serve } from './server.ts';

export interface Faults {
  /** How many answers of signHash are lost after the signature was made. */
  lostAnswers: number;
  /** Another message is signed than was asked for. */
  signsOther: boolean;
  refusesSigning: boolean;
  /** After a lost answer the approval has ended: the service was interrupted. */
  endsWhenLost: boolean;
  keyStatus: 'enabled' | 'disabled';
  certificateOf: 'signer' | 'stranger';
  timeStamp: 'right' | 'other nonce' | 'other digest' | 'wrong signature' | 'not for time-stamps' | 'down';
}

export interface Pushed {
  readonly clientId: string;
  readonly parameters: URLSearchParams;
  readonly thumbprint: string;
}

export interface Services {
  readonly issuer: string;
  readonly ssaUrl: string;
  readonly tsaUrl: string;
  readonly faults: Faults;
  readonly pushed: Map<string, Pushed>;
  /** Every signature that was made, by the digest that was asked for. */
  readonly signHashCalls: { readonly hashes: readonly string[]; readonly signAlgo: string; readonly hashAlgorithmOID: string }[];
  /** The signer approves: the query with which the browser returns. */
  approve(authorizeUrl: string): string;
  decline(authorizeUrl: string, reason: string): string;
  /** The played key signs attributes, since node:crypto signs no bare digest; the test's signer hands them over on approving. */
  learn(attributes: Uint8Array): void;
  close(): void;
}

export const CREDENTIAL = 'c0'.repeat(16);
const sha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer');

export async function playServices(authority: Authority, clientKey: JWK, stranger: Authority): Promise<Services> {
  const faults: Faults = { lostAnswers: 0, signsOther: false, refusesSigning: false, endsWhenLost: false, keyStatus: 'enabled', certificateOf: 'signer', timeStamp: 'right' };
  const pushed: Services['pushed'] = new Map();
  const codes = new Map<string, Pushed>();
  const tokens = new Map<string, { readonly thumbprint: string; readonly scope: string; readonly asked?: Pushed }>();
  const signatures = new Map<string, string>();
  const signHashCalls: Services['signHashCalls'] = [];
  const memory = replayMemory(1000);
  const keys = createLocalJWKSet({ keys: [clientKey] });

  const possession = async (asked: Asked, url: string, token?: string, boundTo?: string): Promise<string> => {
    const powers = { sha256, verify: verifyEs256, memory };
    const proofs = asked.headers['dpop'] === undefined ? undefined : [asked.headers['dpop'] as string];
    const request = { proofs, method: asked.method, url, ...(token === undefined ? {} : { accessToken: token }), ...(boundTo === undefined ? {} : { boundTo }) };
    return (await verifyDpopProof(request, powers, { nowSeconds: Math.floor(Date.now() / 1000) })).thumbprint;
  };

  const idp: PlayedServer = await serve(async (asked): Promise<Said> => {
    const issuer = idp.url;
    if (asked.path === '/.well-known/openid-configuration') {
      return json({
        issuer,
        authorization_endpoint: `${issuer}/oauth2/authorize`,
        token_endpoint: `${issuer}/oauth2/token`,
        pushed_authorization_request_endpoint: `${issuer}/oauth2/pushed_authorize`,
        jwks_uri: `${issuer}/oauth2/jwks`,
        authorization_response_iss_parameter_supported: true,
      });
    }
    const form = new URLSearchParams(asked.body.toString('utf8'));
    const { payload } = await jwtVerify(form.get('client_assertion')!, keys, { issuer: 'sca', subject: 'sca', audience: issuer });
    const thumbprint = await possession(asked, issuer + asked.path);
    const clientId = payload.sub!;
    if (asked.path === '/oauth2/pushed_authorize') {
      const uri = `urn:ietf:params:oauth:request_uri:${randomUUID()}`;
      pushed.set(uri, { clientId, parameters: form, thumbprint });
      return json({ request_uri: uri, expires_in: 60 }, 201);
    }
    return tokenAnswer(form, thumbprint);
  });

  function tokenAnswer(form: URLSearchParams, thumbprint: string): Said {
    const text = randomBytes(24).toString('base64url');
    if (form.get('grant_type') === 'client_credentials') {
      tokens.set(text, { thumbprint, scope: form.get('scope')! });
      return json({ access_token: text, token_type: 'DPoP', expires_in: 3600, scope: 'service' });
    }
    const asked = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = toBase64url(sha256(Buffer.from(form.get('code_verifier') ?? '')));
    if (asked === undefined || asked.thumbprint !== thumbprint || asked.parameters.get('code_challenge') !== challenge) return json({ error: 'invalid_grant' }, 400);
    tokens.set(text, { thumbprint, scope: 'credential', asked });
    return json({ access_token: text, token_type: 'DPoP', expires_in: 300, scope: 'credential' });
  }

  const ssa: PlayedServer = await serve(async (asked) => {
    const text = asked.headers.authorization!.replace('DPoP ', '');
    const token = tokens.get(text)!;
    await possession(asked, ssa.url + asked.path, text, token.thumbprint);
    const body = JSON.parse(asked.body.toString('utf8')) as { credentialID: string; hashes: string[]; signAlgo: string; hashAlgorithmOID: string };
    if (body.credentialID !== CREDENTIAL) return json({ error: 'invalid_request', error_description: 'Invalid parameter credentialID' }, 400);
    if (asked.path === '/csc/v2/credentials/info') return json(credentialInfo());
    if (token.scope !== 'credential' || faults.refusesSigning) return json({ error: 'invalid_request', error_description: 'Hash is not authorized by the SAD' }, 400);
    signHashCalls.push(body);
    const details = JSON.parse(token.asked!.parameters.get('authorization_details')!) as { documentDigests: { hash: string }[] }[];
    if (details[0]!.documentDigests[0]!.hash !== body.hashes[0]) return json({ error: 'invalid_request' }, 400);
    if (faults.lostAnswers > 0) {
      faults.lostAnswers--;
      faults.refusesSigning = faults.endsWhenLost;
      return 'hang up';
    }
    return json({ signatures: [signatures.get(body.hashes[0] ?? '')] });
  });

  function credentialInfo(): object {
    const chosen = faults.certificateOf === 'signer' ? authority : stranger;
    const certificates = [chosen.signer, chosen.issuing, chosen.root].map(({ certificate }) => Buffer.from(certificate.encoded).toString('base64'));
    return { key: { status: faults.keyStatus, algo: ['1.2.840.10045.4.3.2'], len: 256 }, cert: { status: 'valid', certificates }, auth: { mode: 'oauth2code' }, SCAL: '2', multisign: 1 };
  }

  const tsa = await serve((asked): Said => {
    if (faults.timeStamp === 'down') return { status: 503 };
    const reply = stamp(authority, stranger, asked.body, faults.timeStamp);
    return { headers: { 'content-type': 'application/timestamp-reply' }, body: reply };
  });

  const returnFor = (authorizeUrl: string): { readonly asked: Pushed; readonly base: Record<string, string> } => {
    const asked = pushed.get(new URL(authorizeUrl).searchParams.get('request_uri')!)!;
    return { asked, base: { state: asked.parameters.get('state')!, iss: idp.url } };
  };
  return {
    issuer: idp.url,
    ssaUrl: ssa.url,
    tsaUrl: tsa.url,
    faults,
    pushed,
    signHashCalls,
    approve(authorizeUrl) {
      const { asked, base } = returnFor(authorizeUrl);
      const code = randomUUID();
      codes.set(code, asked);
      return new URLSearchParams({ code, ...base }).toString();
    },
    decline: (authorizeUrl, reason) => new URLSearchParams({ error: 'access_denied', error_description: reason, ...returnFor(authorizeUrl).base }).toString(),
    close: () => [idp, ssa, tsa].forEach((server) => server.close()),
    learn(attributes: Uint8Array) {
      const message = faults.signsOther ? Buffer.from('something else') : attributes;
      signatures.set(Buffer.from(sha256(attributes)).toString('base64'), sign('sha256', message, authority.signer.key).toString('base64'));
    },
  };
}

function verifyEs256(jwk: EcPublicJwk, input: Uint8Array, signature: Uint8Array): void {
  const key: KeyObject = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  if (!verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature)) throw new Error('wrong signature');
}

function stamp(authority: Authority, stranger: Authority, query: Uint8Array, how: Faults['timeStamp']): Uint8Array {
  const request = parseTimeStampRequest(query);
  const unit = how === 'not for time-stamps' ? authority.signer : how === 'wrong signature' ? { ...authority.tsa, key: stranger.tsa.key } : authority.tsa;
  const info = encodeTimeStampInfo({
    policy: '2.999.1',
    imprint: how === 'other digest' ? { hash: 'sha256', digest: sha256(Uint8Array.of(1)) } : request.imprint,
    serialNumber: Uint8Array.of(1, ...randomBytes(8)),
    genTimeMs: Date.now(),
    accuracyMs: 1000,
    ordering: false,
    nonce: how === 'other nonce' ? Uint8Array.of(7) : request.nonce,
    authorityName: null,
  });
  const signedAttributes = encodeSignedAttributes({
    contentType: CONTENT_TYPE.timeStampInfo,
    messageDigest: sha256(info),
    signingCertificateV2: { hashAlgorithm: 'sha256', certHash: sha256(unit.certificate.encoded) },
  });
  const algorithm = { scheme: 'ecdsa', hash: 'sha256' } as const;
  const signature = sign('sha256', signedAttributes, unit.key);
  const certificates = [unit.certificate.encoded, authority.issuing.certificate.encoded];
  const signer = { certificate: unit.certificate, digestAlgorithm: 'sha256', signedAttributes, signatureAlgorithm: algorithm, signature } as const;
  return encodeGrantedResponse(encodeSignedData({ contentType: CONTENT_TYPE.timeStampInfo, content: info, certificates, signer }));
}
