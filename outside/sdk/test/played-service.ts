// SPDX-License-Identifier: Apache-2.0
// A signing service with its authorization server, played over real HTTP. It checks what a strict server checks of a client: its assertion, PKCE, the
// exact return address, DPoP proofs; and it approves or declines for the signer when it is told to.
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calculateJwkThumbprint, decodeProtectedHeader, EmbeddedJWK, type JWK, jwtVerify } from 'jose';

export interface PlayedService {
  readonly baseUrl: string;
  readonly clientKey: JWK;
  readonly certificateKey: KeyObject;
  /** Pushed requests, as they arrived. */
  readonly pushed: Readonly<Record<string, string>>[];
  /** Bodies of calls, by method. */
  readonly calls: { readonly method: string; readonly body: Record<string, unknown> }[];
  /** What the next call of a method gets instead of its answer. */
  readonly trouble: { status: number; body: object; headers?: Record<string, string> }[];
  /** What the signer's browser would do at the address: the address to which it returns. */
  browse(url: URL, decision?: { readonly declined: string }): string;
  close(): Promise<void>;
}

interface Pushed {
  readonly parameters: Readonly<Record<string, string>>;
  readonly jkt: string | undefined;
}

export const CREDENTIAL_ID = 'a'.repeat(32);

export async function playService(tokens: 'dpop' | 'bearer', redirectUri: string): Promise<PlayedService> {
  const client = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const requests = new Map<string, Pushed>();
  const codes = new Map<string, Pushed>();
  const issued = new Map<string, Pushed>();
  const proofs = new Set<string>();
  const server: Server = createServer((request, response) => {
    void answer(request)
      .catch((cause: Error) => ({ status: 400, body: { error: 'invalid_request', error_description: cause.message }, headers: {} }))
      .then(({ status, body, headers = {} }: { status: number; body: object; headers?: Record<string, string> }) => {
        response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'request-1', ...headers }).end(JSON.stringify(body));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const played: PlayedService = {
    baseUrl: `${issuer}/csc/v2`,
    clientKey: { ...client.privateKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256' },
    certificateKey: signer.publicKey,
    pushed: [],
    calls: [],
    trouble: [],
    browse(url, decision) {
      const pushed = requests.get(url.searchParams.get('request_uri')!)!;
      requests.delete(url.searchParams.get('request_uri')!);
      const { state } = pushed.parameters;
      const common = { state: state!, iss: issuer };
      if (decision !== undefined) return `${redirectUri}?${new URLSearchParams({ error: 'access_denied', error_description: decision.declined, ...common }).toString()}`;
      const code = randomUUID();
      codes.set(code, pushed);
      return `${redirectUri}?${new URLSearchParams({ code, ...common }).toString()}`;
    },
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };

  async function answer(request: IncomingMessage): Promise<{ status: number; body: object; headers?: Record<string, string> }> {
    const text = await textOf(request);
    switch (request.url ?? '') {
      case '/.well-known/openid-configuration':
        return { status: 200, body: metadata(issuer) };
      case '/oauth2/pushed_authorize':
        return { status: 201, body: await push(request, new URLSearchParams(text)) };
      case '/oauth2/token':
        return { status: 200, body: await token(request, new URLSearchParams(text)) };
      case '/csc/v2/info':
        return { status: 200, body: { specs: '2.0.0.2', oauth2: issuer, methods: [] } };
      default:
        return method(request, JSON.parse(text) as Record<string, unknown>);
    }
  }

  async function authenticate(form: URLSearchParams): Promise<void> {
    if (form.get('client_id') !== 'example') throw new Error('client_id');
    await jwtVerify(form.get('client_assertion')!, createPublicKey({ key: client.publicKey.export({ format: 'jwk' }), format: 'jwk' }), { audience: issuer, issuer: 'example', subject: 'example' });
  }

  async function proven(request: IncomingMessage, accessToken?: string): Promise<string | undefined> {
    const proof = request.headers['dpop'];
    if ((proof !== undefined) !== (tokens === 'dpop')) throw new Error('proof');
    if (typeof proof !== 'string') return undefined;
    const { payload } = await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt', algorithms: ['ES256'] });
    if (payload['htm'] !== request.method || payload['htu'] !== `${issuer}${request.url}` || proofs.has(payload.jti!)) throw new Error('proof of something else');
    if (accessToken !== undefined && payload['ath'] !== createHash('sha256').update(accessToken).digest('base64url')) throw new Error('ath');
    proofs.add(payload.jti!);
    return calculateJwkThumbprint(decodeProtectedHeader(proof).jwk!);
  }

  async function push(request: IncomingMessage, form: URLSearchParams): Promise<object> {
    await authenticate(form);
    if (form.get('redirect_uri') !== redirectUri || form.get('code_challenge_method') !== 'S256') throw new Error('request');
    const parameters = Object.fromEntries(form);
    const request_uri = `urn:ietf:params:oauth:request_uri:${randomUUID()}`;
    requests.set(request_uri, { parameters, jkt: await proven(request) });
    played.pushed.push(parameters);
    return { request_uri, expires_in: 60 };
  }

  async function token(request: IncomingMessage, form: URLSearchParams): Promise<object> {
    await authenticate(form);
    const pushed = codes.get(form.get('code')!);
    codes.delete(form.get('code')!);
    if (pushed === undefined) throw new Error('code');
    if (createHash('sha256').update(form.get('code_verifier')!).digest('base64url') !== pushed.parameters['code_challenge']) throw new Error('verifier');
    if ((await proven(request)) !== pushed.jkt) throw new Error('another key');
    const access_token = randomUUID();
    issued.set(access_token, pushed);
    return { access_token, token_type: tokens === 'dpop' ? 'DPoP' : 'Bearer', expires_in: 300 };
  }

  async function method(request: IncomingMessage, body: Record<string, unknown>): Promise<{ status: number; body: object; headers?: Record<string, string> }> {
    const [scheme, accessToken = ''] = (request.headers.authorization ?? '').split(' ');
    const pushed = issued.get(accessToken);
    if (pushed === undefined || scheme !== (tokens === 'dpop' ? 'DPoP' : 'Bearer')) throw new Error('token');
    if ((await proven(request, accessToken)) !== pushed.jkt) throw new Error('another key');
    const name = request.url!.replace('/csc/v2/', '');
    played.calls.push({ method: name, body });
    const trouble = played.trouble.shift();
    if (trouble !== undefined) return trouble;
    const info = { key: { status: 'enabled', algo: ['1.2.840.10045.4.3.2'], len: 256 }, cert: { certificates: [] }, multisign: 100 };
    if (name === 'credentials/list') return { status: 200, body: { credentialIDs: [CREDENTIAL_ID], credentialInfos: [{ credentialID: CREDENTIAL_ID, ...info }] } };
    if (name === 'credentials/info') return { status: 200, body: info };
    const signatures = (body['hashes'] as string[]).map((hash) => sign('sha256', Buffer.from(hash, 'base64'), signer.privateKey).toString('base64'));
    return { status: 200, body: { signatures } };
  }

  return played;
}

function metadata(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth2/authorize`,
    token_endpoint: `${issuer}/oauth2/token`,
    pushed_authorization_request_endpoint: `${issuer}/oauth2/pushed_authorize`,
    response_types_supported: ['code'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    dpop_signing_alg_values_supported: ['ES256'],
    authorization_response_iss_parameter_supported: true,
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text;
}
