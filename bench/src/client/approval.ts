// SPDX-License-Identifier: Apache-2.0
// One approval as bytes: what is known before goes over the line ready-made, what depends on an answer is made when that has come.
import { randomBytes } from 'node:crypto';
import { challengePreimage, intentStatement, receiptStatement } from '@sigillo/doors/sap';
import { decode } from '@sigillo/doors/schema';
import { HASHES } from '@sigillo/standards/algorithms';
import { fromBase64url, toBase64, toBase64url } from '@sigillo/standards/bytes';
import { sha256 } from '@sigillo/wire';
import type { Asked, Issuer } from './issuer.ts';
import { newProofKey, type ProofKey } from './proof.ts';
import { passkeyOf } from './passkey.ts';
import { headOf, requestOf } from './request.ts';
import type { Holder, Setting } from './setting.ts';

export type Tokens = 'bearer' | 'dpop';

/** The signer's page, and the application that asks. */
export interface Parties {
  readonly holder: Holder;
  readonly asked: Asked;
  readonly sign: (challenge: Uint8Array) => object;
  readonly pageKey: ProofKey;
  readonly pageToken: string;
  readonly clientKey: ProofKey | undefined;
}

export interface Approval {
  readonly parties: Parties;
  readonly hashes: readonly Uint8Array[];
  readonly prepare: Uint8Array;
  /** Gives the next request from the answer to `prepare`. */
  readonly authorise: (answer: Uint8Array) => Uint8Array;
  /** Gives the application's token from the answer to `authorise`. */
  readonly token: (answer: Uint8Array) => string;
}

export class Client {
  readonly #setting: Setting;
  readonly #issuer: Issuer;

  constructor(setting: Setting, issuer: Issuer) {
    this.#setting = setting;
    this.#issuer = issuer;
  }

  parties(holder: Holder, tokens: Tokens): Parties {
    const [pageKey, clientKey] = [newProofKey(), tokens === 'dpop' ? newProofKey() : undefined];
    const asked = { signerId: holder.signerId, keyId: holder.keyId, clientId: `example-${tokens}`, boundTo: clientKey?.thumbprint };
    return { holder, asked, sign: passkeyOf(holder, this.#setting), pageKey, pageToken: this.#issuer.pageToken(holder.signerId, pageKey.thumbprint), clientKey };
  }

  approval(parties: Parties, hashes: readonly Uint8Array[]): Approval {
    const documents = hashes.map(() => ({ digest: null, sizeBytes: 0 }));
    const ticket = this.#issuer.ticket(parties.asked, hashes);
    const authoriseHead = this.#pageHead(parties, 'authorise');
    return {
      parties,
      hashes,
      prepare: requestOf(this.#pageHead(parties, 'prepare'), { ticket, documents, language: 'en', pageNonce: pageNonce() }),
      authorise: (answer) => {
        const challenge = sha256(challengePreimage('sign', decode(intentStatement, statementOf(answer)).body));
        return requestOf(authoriseHead, { challenge: toBase64url(challenge), assertion: parties.sign(challenge), sealed: null, pageNonce: pageNonce() });
      },
      token: (answer) => this.#issuer.credentialToken(parties.asked, decode(receiptStatement, statementOf(answer)).handle),
    };
  }

  signHash({ holder, asked, clientKey }: Parties, token: string, hashes: readonly Uint8Array[]): Uint8Array {
    const url = `${this.#setting.ssaUrl}/csc/v2/signatures/signHash`;
    const headers = clientKey === undefined ? { authorization: `Bearer ${token}` } : { authorization: `DPoP ${token}`, dpop: clientKey.proof(url, token) };
    return requestOf(headOf(url, headers), { credentialID: asked.keyId, hashes: hashes.map(toBase64), hashAlgorithmOID: HASHES.sha256.oid, signAlgo: holder.signAlgo });
  }

  #pageHead({ pageKey, pageToken }: Parties, path: string): string {
    const url = `${this.#setting.ssaUrl}/signer/v1/${path}`;
    return headOf(url, { origin: this.#setting.signOrigin, authorization: `DPoP ${pageToken}`, dpop: pageKey.proof(url, pageToken) });
  }
}

/** The signatures of an answer of signHash. */
export function signaturesOf(answer: Uint8Array): readonly string[] {
  return (json(answer) as { readonly signatures: readonly string[] }).signatures;
}

const pageNonce = (): string => randomBytes(32).toString('base64url');
const json = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
const statementOf = (answer: Uint8Array): Uint8Array => fromBase64url((json(answer) as { readonly statement: string }).statement);
