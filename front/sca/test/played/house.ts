// SPDX-License-Identifier: Apache-2.0
// An SCA that runs: its HTTP door on a port of the system's choice, played services around it, a signer with a token and a key.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog } from '@sigillo/wire';
import type { DocumentWork } from '../../src/parsing/work.ts';
import type { PublicFiles } from '../../src/public-files.ts';
import { openSca, type ScaSettings } from '../../src/sca.ts';
import { type Authority, makeAuthority } from './authority.ts';
import { CREDENTIAL, playServices, type Services } from './services.ts';

export const SCA_URL = 'http://127.0.0.1:8403';
export const SIGN_ORIGIN = 'http://sign.localhost:8400';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  readonly json: Record<string, unknown>;
}

export interface Holder {
  readonly privateKey: KeyObject;
  readonly jwk: { readonly kty: string; readonly crv: string; readonly x: string; readonly y: string };
  readonly thumbprint: string;
  readonly subject: string;
}

export interface Send {
  readonly body?: Uint8Array | string | Readable;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface House {
  readonly authority: Authority;
  readonly services: Services;
  readonly signer: Holder;
  readonly log: string[];
  readonly waits: number[];
  /** Added to the wall clock. */
  aheadMs: number;
  spooled(): number;
  send(method: string, path: string, send?: Send): Promise<Answer>;
  /** A request of the signer's page. */
  asSigner(method: string, path: string, send?: Send, holder?: Holder): Promise<Answer>;
  token(claims?: Record<string, unknown>, header?: Record<string, unknown>, key?: KeyObject): string;
  authorised(method: string, path: string, options?: { readonly token?: string; readonly holder?: Holder; readonly proof?: Record<string, unknown> }): Record<string, string>;
  upload(pdf: Uint8Array, name?: string): Promise<Answer>;
  /** Up to the prepared document: where the signer is asked, and what the page then fetches. */
  ask(handle: string): Promise<{ readonly authorizeUrl: string; readonly content: Buffer; readonly attributes: Buffer }>;
  /** All of it; answers the signed file. */
  sign(handle: string): Promise<Buffer>;
  close(): Promise<void>;
}

export function newHolder(subject: string): Holder {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' }) as Holder['jwk'];
  const jwk = { kty, crv, x, y };
  return { privateKey, jwk, thumbprint: createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url'), subject };
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const es256 = (input: string, key: KeyObject): string => `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;

export async function openHouse(settings: Partial<ScaSettings> = {}, change?: (work: DocumentWork) => DocumentWork): Promise<House> {
  const spoolFolder = settings.spoolFolder ?? mkdtempSync(join(tmpdir(), 'sca-test-'));
  const authority = makeAuthority();
  const client = newHolder('sca');
  const services = await playServices(authority, { ...client.jwk, kid: 'sca-1', alg: 'ES256' }, makeAuthority());
  const idp = newHolder('idp');
  const signer = newHolder('5a'.repeat(16));
  const { issuer, ssaUrl, tsaUrl } = services;
  const files: PublicFiles = {
    deployment: { issuer, ssaUrl, scaUrl: SCA_URL, tsaUrl, signOrigin: SIGN_ORIGIN },
    idpKeys: { keys: [{ ...idp.jwk, kid: 'idp', alg: 'ES256' }] },
    pages: new Set(['sic']),
    root: authority.root.certificate,
    issuing: authority.issuing.certificate,
  };
  const log: string[] = [];
  const waits: number[] = [];
  const house: { aheadMs: number } = { aheadMs: 0 };
  const clientKey = Buffer.from(JSON.stringify({ ...client.privateKey.export({ format: 'jwk' }), kid: 'sca-1', alg: 'ES256', use: 'sig' }));
  const none = { documentBytesMax: undefined, documentsPerOwnerMax: undefined, ownerBytesMax: undefined, arrivingPerOwnerMax: undefined, documentsMax: undefined, spoolBytesMax: undefined, readersMax: undefined, readerSecondsMax: undefined, readerMemoryMiBMax: undefined };
  const whole: ScaSettings = { ...none, client: { id: 'sca', key: clientKey }, ...settings, spoolFolder };
  const powers = {
    nowMs: () => Date.now() + house.aheadMs,
    random: (length: number) => new Uint8Array(randomBytes(length)),
    fetch,
    wait: async (ms: number) => void waits.push(ms),
    log: openLog('sca', (line) => log.push(line), Date.now),
  };
  const sca = await openSca(whole, files, powers, change);
  await sca.door.listen({ host: '127.0.0.1', port: 0 });
  const { port } = sca.door.server.address() as AddressInfo;
  const nowSeconds = (): number => Math.floor((Date.now() + house.aheadMs) / 1000);

  const send: House['send'] = (method, path, { body, headers } = {}) =>
    new Promise((resolve, reject) => {
      const outgoing = httpRequest({ host: '127.0.0.1', port, path, method, headers: { ...headers } }, (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('error', reject);
        answer.on('end', () => {
          const bytes = Buffer.concat(pieces);
          const text = bytes.toString('utf8');
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes, json: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {} });
        });
      });
      outgoing.on('error', reject);
      if (body instanceof Readable) body.pipe(outgoing);
      else outgoing.end(body);
    });
  const token: House['token'] = (claims = {}, header = {}, key = idp.privateKey) => {
    const base = { iss: issuer, aud: 'urn:sigillo:signer', sub: signer.subject, client_id: 'sic', jti: randomUUID(), iat: nowSeconds(), exp: nowSeconds() + 300, scope: 'signer', cnf: { jkt: signer.thumbprint } };
    return es256(`${part({ typ: 'at+jwt', alg: 'ES256', kid: 'idp', ...header })}.${part({ ...base, ...claims })}`, key);
  };
  const authorised: House['authorised'] = (method, path, { holder = signer, token: text = token({ sub: holder.subject, cnf: { jkt: holder.thumbprint } }), proof = {} } = {}) => {
    const claims = { jti: randomUUID(), htm: method, htu: SCA_URL + path, iat: nowSeconds(), ath: createHash('sha256').update(text).digest('base64url'), ...proof };
    return { authorization: `DPoP ${text}`, dpop: es256(`${part({ typ: 'dpop+jwt', alg: 'ES256', jwk: holder.jwk })}.${part(claims)}`, holder.privateKey) };
  };
  const asSigner: House['asSigner'] = (method, path, { body, headers } = {}, holder = signer) =>
    send(method, path, { ...(body === undefined ? {} : { body }), headers: { ...authorised(method, path, { holder }), ...headers } });
  const upload: House['upload'] = (pdf, name = 'Vertrag.pdf') =>
    asSigner('POST', '/documents', { body: pdf, headers: { 'content-type': 'application/pdf', 'x-document-name': encodeURIComponent(name) } });
  const ask: House['ask'] = async (handle) => {
    const body = JSON.stringify({ credentialID: CREDENTIAL });
    const answer = await asSigner('POST', `/documents/${handle}/sign`, { body, headers: { 'content-type': 'application/json' } });
    if (answer.status !== 200) throw new Error(answer.bytes.toString('utf8'));
    const authorizeUrl = answer.json['authorizeUrl'] as string;
    const location = locationOf(services, authorizeUrl);
    const attributes = (await send('GET', location.attributes)).bytes;
    services.learn(attributes);
    return { authorizeUrl, attributes, content: (await send('GET', location.content)).bytes };
  };
  return Object.assign(house, {
    authority, services, signer, log, waits, send, asSigner, token, authorised, upload, ask,
    spooled: () => readdirSync(spoolFolder).length,
    sign: async (handle: string) => {
      const { authorizeUrl } = await ask(handle);
      await send('GET', `/callback?${services.approve(authorizeUrl)}`);
      const signed = await asSigner('GET', `/documents/${handle}/signed`);
      if (signed.status !== 200) throw new Error(`${signed.bytes.toString('utf8')} ${log.join('')}`);
      return signed.bytes;
    },
    close: async () => {
      await sca.stop();
      services.close();
      rmSync(spoolFolder, { recursive: true, force: true });
    },
  });
}

/** Paths of what the request names for the signer's page. */
export function locationOf(services: Services, authorizeUrl: string): { readonly content: string; readonly attributes: string } {
  const pushed = services.pushed.get(new URL(authorizeUrl).searchParams.get('request_uri')!)!;
  const details = JSON.parse(pushed.parameters.get('authorization_details')!) as { documentLocations: { content: string; attributes: string }[] }[];
  const { content, attributes } = details[0]!.documentLocations[0]!;
  return { content: content.slice(SCA_URL.length), attributes: attributes.slice(SCA_URL.length) };
}
