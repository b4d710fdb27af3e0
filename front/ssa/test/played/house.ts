// SPDX-License-Identifier: Apache-2.0
// An SSA that runs: its HTTP door on a port of the system's choice, a played SAM and a played CA behind real links, and an IdP that is only its keys.
import { createHash, createHmac, generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { caDoor, type CaDoor } from '@sigillo/doors/ca';
import { samDoor } from '@sigillo/doors/sam';
import type { Request } from '@sigillo/doors/door';
import { connectLink, openLog, serveLink } from '@sigillo/wire';
import type { PublicFiles } from '../../src/public-files.ts';
import { openSsa, type SsaSettings } from '../../src/ssa.ts';
import { playSam, type PlayedSam } from './sam.ts';

export const SSA_URL = 'http://127.0.0.1:8402';
export const ISSUER = 'http://localhost:8401';
const NOW = 1_800_000_000;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

export interface Client {
  readonly key: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  readonly thumbprint: string;
}

export interface House {
  readonly sam: PlayedSam;
  readonly ordersAtCa: Request<CaDoor['issue']>[];
  readonly revocationsAtCa: Request<CaDoor['revoke']>[];
  readonly log: string[];
  now: number;
  readonly client: Client;
  revoke(tokenId: string): void;
  post(path: string, body: unknown, headers?: Record<string, string | readonly string[]>): Promise<Answer>;
  send(method: string, path: string, body: string | Uint8Array | undefined, headers?: Record<string, string | readonly string[]>): Promise<Answer>;
  /** A token for the CSC door or for officers. */
  maced(claims?: Record<string, unknown>, header?: Record<string, unknown>, key?: Uint8Array): string;
  /** A token for pages. */
  signed(claims?: Record<string, unknown>, header?: Record<string, unknown>): string;
  /** Headers of a DPoP request. */
  dpop(path: string, token: string, changes?: Record<string, unknown>, client?: Client): Record<string, string>;
  bearer(token: string): Record<string, string>;
  handle: string;
  close(): Promise<void>;
}

export function newClient(): Client {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { crv, kty, x, y } = key.publicKey.export({ format: 'jwk' });
  return { key, thumbprint: createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url') };
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const es256 = (input: string, key: KeyObject): string => `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;

export async function openHouse(settings: Partial<SsaSettings> = {}): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'ssa-test-'));
  const [samKey, caKey, sharedKey] = [randomBytes(32), randomBytes(32), randomBytes(32)];
  const sam = await playSam(join(folder, 'sam.socket'), samKey);
  const ordersAtCa: Request<CaDoor['issue']>[] = [];
  const revocationsAtCa: Request<CaDoor['revoke']>[] = [];
  const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
  const monotonic = (): number => performance.now();
  const ca = await serveLink({
    door: caDoor, name: 'ca', path: join(folder, 'ca.socket'), callers: { ssa: caKey }, random, monotonic, log: openLog('played-ca', () => undefined, Date.now),
    handlers: {
      issue: (order) => (ordersAtCa.push(order), { chain: sam.credential.chain }),
      revoke: (revocation) => (revocationsAtCa.push(revocation), { response: Uint8Array.of(7) }),
    },
  });
  const idp = newClient();
  const client = newClient();
  const { kty, crv, x, y } = idp.key.publicKey.export({ format: 'jwk' });
  const log: string[] = [];
  const files: PublicFiles = {
    deployment: { issuer: ISSUER, ssaUrl: SSA_URL, signOrigin: 'http://sign.localhost:8400', officerOrigin: 'http://officer.localhost:8400' },
    idpKeys: { keys: [{ kty, crv, x, y, kid: 'idp', alg: 'ES256' }] },
    clients: new Map([
      ['sic', { clientId: 'sic', kind: 'page', tokenBinding: 'dpop' }],
      ['app', { clientId: 'app', kind: 'service', tokenBinding: 'dpop' }],
      ['bearer-app', { clientId: 'bearer-app', kind: 'service', tokenBinding: 'bearer' }],
      ['officers', { clientId: 'officers', kind: 'officer', tokenBinding: 'dpop' }],
    ]),
    keyAlgorithm: 'P-256',
  };
  const samLink = connectLink({ door: samDoor, name: 'sam', path: join(folder, 'sam.socket'), key: samKey, random, monotonic });
  const caLink = connectLink({ door: caDoor, name: 'ca', path: join(folder, 'ca.socket'), key: caKey, random, monotonic });
  const revokedTokens = join(folder, 'revoked');
  const info = { name: 'Played service', description: 'for tests', region: 'JP', logo: 'http://sign.localhost:8400/logo.png', specs: undefined };
  const whole: SsaSettings = { credentialTokenKey: sharedKey, revokedTokens, info, burst: undefined, perMinute: undefined, callsMax: undefined, requestsMax: undefined, samDeadlineMs: undefined, ...settings };
  const house = { now: NOW };
  const ssa = await openSsa(whole, files, { nowSeconds: () => house.now, monotonic, random, log: openLog('ssa', (line) => log.push(line), Date.now), sam: samLink, ca: caLink });
  await ssa.door.listen({ host: '127.0.0.1', port: 0 });
  const { port } = ssa.door.server.address() as AddressInfo;

  const send: House['send'] = (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const outgoing = httpRequest({ host: '127.0.0.1', port, path, method, headers: { 'content-type': 'application/json', ...(headers as Record<string, string>) } }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {} }));
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  const handle = randomBytes(32).toString('base64url');
  const made: House = Object.assign(house, {
    sam, ordersAtCa, revocationsAtCa, log, client, handle, send,
    revoke: (tokenId: string) => appendFileSync(revokedTokens, `${tokenId} ${house.now + 3600}\n`, { mode: 0o600 }),
    post: (path: string, body: unknown, headers: Record<string, string | readonly string[]> = {}) => send('POST', path, JSON.stringify(body), headers),
    maced: (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}, key: Uint8Array = sharedKey) => {
      const base = { iss: ISSUER, aud: `${SSA_URL}/csc/v2`, sub: sam.signerId, client_id: 'app', jti: randomUUID(), iat: house.now, exp: house.now + 300, scope: 'service', cnf: { jkt: client.thumbprint } };
      const input = `${part({ typ: 'at+jwt', alg: 'HS256', ...header })}.${part({ ...base, ...claims })}`;
      return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
    },
    signed: (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}) => {
      const base = { iss: ISSUER, aud: 'urn:sigillo:signer', sub: sam.signerId, client_id: 'sic', jti: randomUUID(), iat: house.now, exp: house.now + 300, scope: 'signer', cnf: { jkt: client.thumbprint } };
      return es256(`${part({ typ: 'at+jwt', alg: 'ES256', kid: 'idp', ...header })}.${part({ ...base, ...claims })}`, idp.key.privateKey);
    },
    dpop: (path: string, token: string, changes: Record<string, unknown> = {}, holder: Client = client) => {
      const { kty, crv, x, y } = holder.key.publicKey.export({ format: 'jwk' });
      const payload = { jti: randomUUID(), htm: 'POST', htu: `${SSA_URL}${path}`, iat: house.now, ath: createHash('sha256').update(token).digest('base64url'), ...changes };
      const proof = es256(`${part({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } })}.${part(payload)}`, holder.key.privateKey);
      return { authorization: `DPoP ${token}`, dpop: proof };
    },
    bearer: (token: string) => ({ authorization: `Bearer ${token}` }),
    close: async () => {
      await ssa.stop();
      samLink.close();
      caLink.close();
      await Promise.all([sam.close(), ca.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  });
  return made;
}

/** What a client with an approved operation holds. */
export function credentialClaims(house: House, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { scope: 'credential', handle: house.handle, credentialID: house.sam.credentialId, ...changes };
}
