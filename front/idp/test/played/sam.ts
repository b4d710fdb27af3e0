// SPDX-License-Identifier: Apache-2.0
// The SAM as the IdP knows it: a key that signs statements.
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { dtbsrList, loginStatement, receiptStatement, signedPreimage, type LoginStatement, type ReceiptStatement, type StatementType } from '@sigillo/doors/sap';
import { encode } from '@sigillo/doors/schema';
import { fromHex, toBase64url } from '@sigillo/standards/bytes';
import { random, sha256 } from '@sigillo/wire';
import type { Passkey } from './passkey.ts';

export interface Signed {
  readonly statement: string;
  readonly signature: string;
}

export class PlayedSam {
  readonly deploymentId: Uint8Array = random(16);
  readonly samId: Uint8Array = random(16);
  readonly #key: KeyObject;
  readonly publicKey: string;

  constructor() {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = pair.privateKey;
    this.publicKey = pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  }

  sign(type: StatementType, statement: Uint8Array): Signed {
    const signature = sign('sha256', signedPreimage(type, statement), { key: this.#key, dsaEncoding: 'ieee-p1363' });
    return { statement: toBase64url(statement), signature: toBase64url(signature) };
  }

  loginStatement(passkey: Passkey, changes: Partial<LoginStatement> = {}): LoginStatement {
    const now = Math.floor(Date.now() / 1000);
    return {
      version: 1, operation: 'login', deploymentId: this.deploymentId, samId: this.samId, signerId: passkey.signerId, credentialId: passkey.credentialId,
      coseKey: passkey.coseKey, notBefore: now, expires: now + 600, pageNonce: random(32), ...changes,
    };
  }

  login(passkey: Passkey, changes: Partial<LoginStatement> = {}): Signed {
    return this.sign('login', encode(loginStatement, this.loginStatement(passkey, changes)));
  }

  receipt(ticket: TicketClaims, changes: Partial<ReceiptStatement> = {}): Signed {
    return this.sign('receipt', encode(receiptStatement, this.receiptStatement(ticket, changes)));
  }

  receiptStatement(ticket: TicketClaims, changes: Partial<ReceiptStatement> = {}): ReceiptStatement {
    const hashes = ticket.details.hashes.map((hash) => new Uint8Array(Buffer.from(hash, 'base64')));
    return {
      version: 1, operation: 'receipt', deploymentId: this.deploymentId, samId: this.samId, ticketId: ticket.jti, handle: random(32), signerId: fromHex(ticket.sub),
      keyId: fromHex(ticket.details.credentialID), clientId: ticket.client_id,
      clientKeyThumbprint: ticket.jkt === undefined ? new Uint8Array(32) : new Uint8Array(Buffer.from(ticket.jkt, 'base64url')), algorithmsHash: random(32),
      listHash: sha256(encode(dtbsrList, hashes)), expires: Math.floor(Date.now() / 1000) + 300, pageNonce: random(32), ...changes,
    };
  }
}

export interface TicketClaims {
  readonly iss: string;
  readonly aud: readonly string[];
  readonly sub: string;
  readonly client_id: string;
  readonly jkt?: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  readonly details: {
    readonly credentialID: string;
    readonly hashes: readonly string[];
    readonly hashAlgorithmOID: string;
    readonly signAlgo?: string;
    readonly labels: readonly string[];
    readonly documentLocations?: readonly { readonly content: string; readonly attributes: string }[];
  };
}
