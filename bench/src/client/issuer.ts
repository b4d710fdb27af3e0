// SPDX-License-Identifier: Apache-2.0
// What the IdP signs and MACs, made with its own two keys, which lie in the home of this run. So as many approvals as wanted are there at
// once, and the IdP's work is in no figure but that of the ceremony that goes through it.
import { createHmac, createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toBase64, toBase64url, utf8 } from '@sigillo/standards/bytes';
import { HASHES } from '@sigillo/standards/algorithms';
import { parsePublicJwk, thumbprint } from '@sigillo/standards/oauth';
import { sha256 } from '@sigillo/wire';
import type { Setting } from './setting.ts';

const TICKET_SECONDS = 900;
const TOKEN_SECONDS = 300;

export interface Asked {
  readonly signerId: string;
  readonly keyId: string;
  readonly clientId: string;
  /** Thumbprint of the client's key; undefined for a bearer client. */
  readonly boundTo: string | undefined;
}

export class Issuer {
  readonly #setting: Setting;
  readonly #signingKey: KeyObject;
  readonly #kid: string;
  readonly #sharedKey: Uint8Array;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#signingKey = createPrivateKey(readFileSync(join(setting.idpFolder, 'signing-key.pem')));
    this.#kid = thumbprint(parsePublicJwk(createPublicKey(this.#signingKey).export({ format: 'jwk' })), sha256);
    this.#sharedKey = readFileSync(setting.credentialTokenKey);
  }

  /** For the signer's page. */
  pageToken(signerId: string, boundTo: string): string {
    const claims = { aud: 'urn:sigillo:signer', sub: signerId, client_id: 'sic', scope: 'signer', cnf: { jkt: boundTo } };
    return this.#signed('at+jwt', this.#fresh(claims, TICKET_SECONDS));
  }

  ticket({ signerId, keyId, clientId, boundTo }: Asked, hashes: readonly Uint8Array[]): string {
    const details = { credentialID: keyId, hashes: hashes.map(toBase64), hashAlgorithmOID: HASHES.sha256.oid, labels: hashes.map((_, n) => `file ${n + 1}`) };
    const claims = { aud: ['urn:sigillo:sam', 'urn:sigillo:ssa'], sub: signerId, client_id: clientId, ...(boundTo === undefined ? {} : { jkt: boundTo }), details };
    return this.#signed('sigillo-ticket+jwt', this.#fresh(claims, TICKET_SECONDS));
  }

  /** What the client gets when the SAM has said under which handle the signer approved. */
  credentialToken({ signerId, keyId, clientId, boundTo }: Asked, handle: Uint8Array): string {
    const cnf = boundTo === undefined ? {} : { cnf: { jkt: boundTo } };
    const activation = { handle: toBase64url(handle), credentialID: keyId };
    const claims = { aud: `${this.#setting.ssaUrl}/csc/v2`, sub: signerId, client_id: clientId, scope: 'credential', ...cnf, ...activation };
    const input = `${part({ alg: 'HS256', typ: 'at+jwt' })}.${part(this.#fresh(claims, TOKEN_SECONDS))}`;
    return `${input}.${createHmac('sha256', this.#sharedKey).update(input).digest('base64url')}`;
  }

  #fresh(claims: object, seconds: number): object {
    const now = Math.floor(Date.now() / 1000);
    return { iss: this.#setting.issuer, ...claims, jti: randomBytes(24).toString('base64url'), iat: now, exp: now + seconds };
  }

  #signed(typ: string, claims: object): string {
    const input = `${part({ alg: 'ES256', typ, kid: this.#kid })}.${part(claims)}`;
    return `${input}.${sign('sha256', utf8(input), { key: this.#signingKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  }
}

const part = (value: object): string => toBase64url(utf8(JSON.stringify(value)));
