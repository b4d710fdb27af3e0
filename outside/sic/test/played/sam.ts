// SPDX-License-Identifier: Apache-2.0
// A SAM as far as a page can see it: it makes and signs the statements. What it is told of passkeys it believes; that is the real
// SAM's matter. The `bend` hook lets a test change a statement, before it is signed or after.
import { randomBytes } from 'node:crypto';
import {
  algorithms, challengePreimage, confirmationBody, confirmationStatement, dtbsrList, enrolmentBody, enrolmentStatement, type HISTORY_EVENTS, type historyEntry, historyStatement, intentBody,
  intentStatement, type Item, ITEMS_MAX, listForm, loginStatement, type OUTCOME_STATES, outcomeStatement, receiptStatement, signedPreimage, type StatementType,
} from '@sigillo/doors/sap';
import { encode, map, type Schema, type ValueOf } from '@sigillo/doors/schema';
import { fromBase64, fromBase64url, fromHex, fromUtf8 } from '@sigillo/standards/bytes';
import { coseKeyOf } from '../../src/checks/assertion.ts';
import { certify, type PlayedPerson, subjectOf } from './certificate.ts';
import { hash, makeKey, type PlayedKey, signFixed } from './key.ts';

export interface Signed {
  readonly statement: Uint8Array;
  readonly signature: Uint8Array;
}

export interface PlayedSigner {
  readonly signerId: Uint8Array<ArrayBuffer>;
  readonly subject: Uint8Array<ArrayBuffer>;
  readonly keyId: Uint8Array<ArrayBuffer>;
  readonly key: PlayedKey;
  readonly certificate: Uint8Array<ArrayBuffer>;
  credentialId: Uint8Array;
  coseKey: Uint8Array;
  keyState: 'active' | 'suspended';
  state: (typeof OUTCOME_STATES)[number];
  readonly history: ValueOf<typeof historyEntry>[];
}

export interface PlayedTicket {
  readonly jti: string;
  readonly sub: string;
  readonly client_id: string;
  readonly jkt?: string;
  readonly details: {
    readonly credentialID: string;
    readonly hashes: readonly string[];
    readonly hashAlgorithmOID: string;
    readonly signAlgo: string;
    readonly labels: readonly string[];
    readonly documentLocations?: readonly unknown[];
  };
}

interface Operation {
  readonly signer: PlayedSigner;
  readonly ticket: PlayedTicket;
  readonly body: ValueOf<typeof intentBody>;
  readonly items: readonly Item[];
  state: (typeof OUTCOME_STATES)[number];
  /** Why it ended, empty where nothing is to be said. */
  code?: string;
  receipt: Signed | null;
}

export const CLIENT_NAMES: Readonly<Record<string, string>> = { sca: 'Sigillo document signing', example: 'Example KK' };

export class PlayedSam {
  readonly deploymentId: Uint8Array<ArrayBuffer> = new Uint8Array(randomBytes(16));
  readonly samId: Uint8Array<ArrayBuffer> = new Uint8Array(randomBytes(16));
  readonly identity: PlayedKey = makeKey();
  readonly authority: PlayedKey = makeKey();
  readonly signers: PlayedSigner[] = [];
  readonly operations = new Map<string, Operation>();
  /** Changes a statement's value before it is signed. */
  bend: (type: StatementType, value: Record<string, unknown>) => Record<string, unknown> = (_type, value) => value;
  /** Changes the list beside the body, where there is one. */
  bendSent: (items: readonly Item[] | null) => readonly Item[] | null = (items) => items;
  /** Changes the signed answer on its way, as an SSA could. */
  carry: (type: StatementType, signed: Signed) => Signed = (_type, signed) => signed;
  /** The application's registered name, where it is not the one of the table. */
  shownName: string | null = null;
  #number = 4242;

  nowSeconds(): number {
    return Math.floor(Date.now() / 1000);
  }

  signer(person: PlayedPerson): PlayedSigner {
    const key = makeKey();
    const subject = subjectOf(person);
    const signer: PlayedSigner = {
      signerId: random(16), subject, keyId: random(16), key, certificate: certify(subject, key.spki, this.authority),
      credentialId: random(16), coseKey: random(77), keyState: 'active', state: 'pending_proposal', history: [],
    };
    this.signers.push(signer);
    return signer;
  }

  beginEnrolment(person: PlayedPerson, pageNonce: Uint8Array): { readonly signer: PlayedSigner; readonly signed: Signed } {
    const signer = this.signer(person);
    const body = encode(enrolmentBody, this.#bent('enrolment', {
      version: 1, operation: 'enrol', deploymentId: this.deploymentId, samId: this.samId, operationNumber: this.#number++, nonce: random(32), signerId: signer.signerId,
      subject: signer.subject, evidenceHash: hash(signer.subject), assuranceLevel: 'none', notBefore: this.nowSeconds(), expires: this.nowSeconds() + 900,
    }) as ValueOf<typeof enrolmentBody>);
    return { signer, signed: this.#sign('enrolment', enrolmentStatement, { body, pageNonce }) };
  }

  enrolKey(
    signer: PlayedSigner,
    enrolmentHash: Uint8Array,
    passkey: { readonly credentialId: Uint8Array; readonly authenticatorData: Uint8Array },
    pageNonce: Uint8Array,
  ): Signed {
    signer.credentialId = passkey.credentialId;
    signer.coseKey = coseKeyOf(passkey.authenticatorData);
    const body = encode(confirmationBody, this.#bent('confirmation', {
      version: 1, operation: 'enrol-confirm', enrolmentHash, coseKeyHash: hash(signer.coseKey), credentialId: signer.credentialId, aaguid: new Uint8Array(16), attestation: 'none',
      backupEligible: false, keyProfile: {
        algorithm: 'P-256',
        usage: 'signature',
        soleControlLevel: 2,
        claim: 'none_trial_identity',
      }, policyHash: random(32), nonce: random(32),
      approvalsUntil: this.nowSeconds() + 72 * 3600,
    }) as ValueOf<typeof confirmationBody>);
    return this.#sign('confirmation', confirmationStatement, { body, pageNonce });
  }

  enrolmentOutcome(signer: PlayedSigner, enrolmentHash: Uint8Array, pageNonce: Uint8Array): Signed {
    return this.#outcome('enrol', enrolmentHash, signer.state, '', null, pageNonce);
  }

  login(credentialId: Uint8Array, pageNonce: Uint8Array): Signed {
    const signer = this.signers.find((one) => Buffer.compare(one.credentialId, credentialId) === 0);
    return this.#sign('login', loginStatement, {
      version: 1, operation: 'login', deploymentId: this.deploymentId, samId: this.samId, signerId: signer?.signerId ?? random(16), credentialId, coseKey: signer?.coseKey ?? random(77),
      notBefore: this.nowSeconds(), expires: this.nowSeconds() + 3600, pageNonce,
    });
  }

  prepare(
    ticketText: string,
    documents: readonly { readonly digest: Uint8Array | null; readonly sizeBytes: number }[],
    language: string,
    pageNonce: Uint8Array,
  ): Signed {
    const ticket = JSON.parse(fromUtf8(fromBase64url(ticketText.split('.')[1]!))) as PlayedTicket;
    const signer = this.signers.find((one) => Buffer.compare(one.signerId, fromHex(ticket.sub)) === 0)!;
    const { details } = ticket;
    const items: readonly Item[] = details.hashes.map((text, at) => ({
      dtbsr: fromBase64(text), documentDigest: documents[at]!.digest, name: details.labels[at]!.normalize('NFC'),
      mediaType: details.documentLocations === undefined ? 'application/octet-stream' : 'application/pdf', sizeBytes: documents[at]!.sizeBytes,
    }));
    const body = this.#bent('intent', {
      version: 1, operation: 'sign', deploymentId: this.deploymentId, samId: this.samId, operationNumber: this.#number++, nonce: random(32), signerId: signer.signerId,
      keyId: fromHex(details.credentialID), keyVersion: 1, certificateHash: hash(signer.certificate), authenticatorsHash: hash(signer.credentialId), clientId: ticket.client_id,
      clientKeyThumbprint: ticket.jkt === undefined ? new Uint8Array(32) : fromBase64url(ticket.jkt), hashAlgorithm: details.hashAlgorithmOID, signatureAlgorithm: details.signAlgo,
      signatureParameters: null, ...listForm(items, hash),
      notBefore: this.nowSeconds(), expires: this.nowSeconds() + 120, policyHash: random(32), language, soleControlLevel: 2,
    }) as ValueOf<typeof intentBody>;
    // Without the rule of the list's form: a SAM that lies may break it.
    const encoded = encode(map(intentBody.fields), body);
    const challenge = hash(challengePreimage('sign', encoded));
    this.operations.set(Buffer.from(challenge).toString('hex'), { signer, ticket, body, items, state: 'issued', receipt: null });
    return this.#sign('intent', intentStatement, {
      body: encoded,
      shown: {
        clientName: this.shownName ?? CLIENT_NAMES[ticket.client_id] ?? ticket.client_id, firstTime: !signer.history.some((entry) => entry.clientId === ticket.client_id), keyLabel: 'Signature key',
        level: { soleControlLevel: 2, claim: 'none_trial_identity' }, certificate: signer.certificate,
      },
      pageNonce,
      items: this.bendSent(items.length > ITEMS_MAX ? items : null),
    });
  }

  authorise(challenge: Uint8Array, pageNonce: Uint8Array): Signed {
    const operation = this.operations.get(Buffer.from(challenge).toString('hex'))!;
    const { body, items, signer, ticket } = operation;
    operation.state = 'authorised';
    this.record(signer, 'authorised', operation, challenge);
    const { hashAlgorithm, signatureAlgorithm, signatureParameters, count } = body;
    operation.receipt = this.#sign('receipt', receiptStatement, {
      version: 1, operation: 'receipt', deploymentId: this.deploymentId, samId: this.samId, ticketId: ticket.jti, handle: random(32), signerId: signer.signerId, keyId: body.keyId,
      clientId: body.clientId, clientKeyThumbprint: body.clientKeyThumbprint, algorithmsHash: hash(encode(
        algorithms,
        { hashAlgorithm, signatureAlgorithm, signatureParameters, count },
      )),
      listHash: hash(encode(dtbsrList, items.map((item) => item.dtbsr))), expires: this.nowSeconds() + 300, pageNonce,
    });
    return operation.receipt;
  }

  outcome(challenge: Uint8Array, pageNonce: Uint8Array): Signed {
    const operation = this.operations.get(Buffer.from(challenge).toString('hex'));
    return this.#outcome('sign', challenge, operation?.state ?? 'unknown', operation?.code ?? '', operation?.receipt ?? null, pageNonce);
  }

  freeze(signer: PlayedSigner, keyId: Uint8Array, pageNonce: Uint8Array): Signed {
    signer.keyState = 'suspended';
    signer.history.unshift(this.#entry(signer, 'frozen', null, null));
    return this.#outcome('freeze', keyId, 'frozen', '', null, pageNonce);
  }

  history(signer: PlayedSigner, before: number | null, pageNonce: Uint8Array): Signed {
    const entries = signer.history.filter((entry) => before === null || entry.number < before).slice(0, 100);
    return this.#sign('history', historyStatement, {
      version: 1, operation: 'history', deploymentId: this.deploymentId, samId: this.samId, signerId: signer.signerId,
      keys: [{
        keyId: signer.keyId, label: 'Signature key', state: signer.keyState, level: {
          soleControlLevel: 2,
          claim: 'none_trial_identity',
        }, algorithm: 'P-256', certificate: signer.certificate,
        created: this.nowSeconds() - 3600, lastUsed: signer.history.find((entry) => entry.event === 'released')?.at ?? null,
      }],
      passkeys: [{
        credentialId: signer.credentialId,
        created: this.nowSeconds() - 3600,
        lastUsed: this.nowSeconds(),
        backupEligible: false,
        status: 'active',
      }],
      entries, lastNumber: signer.history[0]?.number ?? 0, at: this.nowSeconds(), pageNonce,
    });
  }

  release(challengeHex: string): void {
    const operation = this.operations.get(challengeHex)!;
    operation.state = 'released';
    this.record(operation.signer, 'executing', operation, fromHex(challengeHex));
    this.record(operation.signer, 'released', operation, fromHex(challengeHex));
  }

  record(
    signer: PlayedSigner,
    event: (typeof HISTORY_EVENTS)[number],
    about: { readonly ticket: PlayedTicket } | null,
    challenge: Uint8Array | null,
  ): void {
    signer.history.unshift(this.#entry(signer, event, about, challenge));
  }

  #entry(
    signer: PlayedSigner,
    event: (typeof HISTORY_EVENTS)[number],
    about: { readonly ticket: PlayedTicket } | null,
    operation: Uint8Array | null,
  ): ValueOf<typeof historyEntry> {
    const clientId = about?.ticket.client_id ?? null;
    return {
      number: (signer.history[0]?.number ?? 0) + 1, at: this.nowSeconds(), event, code: '', keyId: event === 'enrolled' ? null : signer.keyId, clientId,
      clientName: clientId === null ? null : (CLIENT_NAMES[clientId] ?? clientId), names: about?.ticket.details.labels ?? [], record: 4700 + signer.history.length, operation,
    };
  }

  #outcome(
    about: 'sign' | 'enrol' | 'freeze',
    subject: Uint8Array,
    state: (typeof OUTCOME_STATES)[number],
    code: string,
    receipt: Signed | null,
    pageNonce: Uint8Array,
  ): Signed {
    return this.#sign('outcome', outcomeStatement, {
      version: 1, operation: 'outcome', deploymentId: this.deploymentId, samId: this.samId, about, subject, state, code, receipt, record: 0, at: this.nowSeconds(), pageNonce,
    });
  }

  #bent(type: StatementType, value: Record<string, unknown>): Record<string, unknown> {
    return this.bend(type, value);
  }

  #sign<T>(type: StatementType, schema: Schema<T>, value: T): Signed {
    const bent = type === 'intent' || type === 'enrolment' || type === 'confirmation' ? value : (this.bend(
      type,
      value as Record<string,
      unknown>,
    ) as T);
    const statement = encode(schema, bent);
    return this.carry(type, { statement, signature: signFixed(this.identity, signedPreimage(type, statement)) });
  }
}

function random(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(randomBytes(length));
}
