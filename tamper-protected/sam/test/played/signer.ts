// SPDX-License-Identifier: Apache-2.0
// A signer with a passkey, as the page acts for her: what it checks, she checks.
import assert from 'node:assert/strict';
import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Request } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import {
  challengePreimage,
  confirmationBody,
  confirmationStatement,
  enrolmentBody,
  enrolmentStatement,
  intentBody,
  type IntentBody,
  intentStatement,
  type IntentStatement,
  type Item,
  listForm,
  officerChallengePreimage,
  orderStatement,
  outcomeStatement,
  type OutcomeStatement,
  receiptStatement,
  type ReceiptStatement,
  signedPreimage,
  type StatementType,
} from '@sigillo/doors/sap';
import { decode, encode, type Schema } from '@sigillo/doors/schema';
import { sameBytes } from '@sigillo/standards/bytes';
import { parseCertificationRequest } from '@sigillo/standards/x509';
import type { AnswerChanges } from './authenticator.ts';
import { Authenticator } from './authenticator.ts';
import type { IssueChanges } from './authority.ts';
import { makeTicket, type Officer, sha256, SIGN, THUMBPRINT, type TicketChanges, type World } from './world.ts';

export interface Person {
  readonly country: string;
  readonly givenName: string | null;
  readonly surname: string | null;
  readonly pseudonym: string | null;
}

const SOMEONE: Person = { country: 'JP', givenName: '花子', surname: '山田', pseudonym: null };

/** Reads a statement as the page does: signature by the pinned key, then the nonce of this call. */
export function readStatement<T extends { readonly pageNonce: Uint8Array }>(
  world: World,
  type: StatementType,
  schema: Schema<T>,
  signed: { readonly statement: Uint8Array; readonly signature: Uint8Array },
  pageNonce: Uint8Array,
): T {
  const { identityPublicKey } = JSON.parse(readFileSync(join(world.folder, 'public', 'sam.json'), 'utf8')) as { identityPublicKey: string };
  const key = createPublicKey({ key: Buffer.from(identityPublicKey, 'base64'), format: 'der', type: 'spki' });
  assert.ok(
    verify('sha256', signedPreimage(type, signed.statement), { key, dsaEncoding: 'ieee-p1363' }, signed.signature),
    `the SAM signed this ${type}`,
  );
  const statement = decode(schema, signed.statement);
  assert.deepEqual(Buffer.from(statement.pageNonce), Buffer.from(pageNonce));
  return statement;
}

export interface Intent {
  readonly statement: IntentStatement;
  readonly body: IntentBody;
  /** The list, which the body or the statement has. */
  readonly items: readonly Item[];
  readonly challenge: Uint8Array;
}

export class Signer {
  readonly world: World;
  readonly passkey: Authenticator;
  enrolment: Uint8Array = new Uint8Array(0);
  enrolmentHash: Uint8Array = new Uint8Array(0);
  confirmation: Uint8Array = new Uint8Array(0);
  signerId: Uint8Array = new Uint8Array(0);
  keyId: Uint8Array = new Uint8Array(0);
  publicKey: Uint8Array = new Uint8Array(0);

  constructor(world: World, passkey: Authenticator = new Authenticator(SIGN)) {
    this.world = world;
    this.passkey = passkey;
  }

  async begin(person: Person = SOMEONE): Promise<void> {
    const pageNonce = randomBytes(32);
    const { body } = readStatement(
      this.world,
      'enrolment',
      enrolmentStatement,
      await this.world.ask('enrolBegin', { person, pageNonce }),
      pageNonce,
    );
    this.enrolment = body;
    this.enrolmentHash = sha256(body);
    this.signerId = decode(enrolmentBody, body).signerId;
    this.passkey.userHandle = this.signerId;
  }

  async makePasskey(changes: AnswerChanges = {}): Promise<void> {
    const pageNonce = randomBytes(32);
    const created = this.passkey.create(sha256(challengePreimage('enrol', this.enrolment)), changes);
    const { body } = readStatement(
      this.world,
      'confirmation',
      confirmationStatement,
      await this.world.ask('enrolKey', { enrolmentHash: this.enrolmentHash, ...created, pageNonce }),
      pageNonce,
    );
    const fields = decode(confirmationBody, body);
    assert.deepEqual(Buffer.from(fields.enrolmentHash), Buffer.from(this.enrolmentHash));
    assert.deepEqual(Buffer.from(fields.coseKeyHash), Buffer.from(sha256(this.passkey.coseKey)));
    this.confirmation = body;
  }

  async confirm(changes: AnswerChanges = {}): Promise<OutcomeStatement> {
    const pageNonce = randomBytes(32);
    const assertion = this.passkey.get(sha256(challengePreimage('enrol-confirm', this.confirmation)), changes);
    return readStatement(
      this.world,
      'outcome',
      outcomeStatement,
      await this.world.ask('enrolConfirm', { enrolmentHash: this.enrolmentHash, assertion, pageNonce }),
      pageNonce,
    );
  }

  /** An officer's approval of this enrolment. */
  approval(
    officer: Officer,
    command: 'enrol-propose' | 'enrol',
    by: Authenticator = officer.authenticator,
  ): Request<(typeof samDoor)['officerApprove']> {
    const challenge = sha256(officerChallengePreimage(command, this.confirmation, officer.officerId));
    return { enrolmentHash: this.enrolmentHash, approval: { officerId: officer.officerId, assertion: by.get(challenge) } };
  }

  async approved(): Promise<void> {
    const { registrar, first, second } = this.world.officers;
    await this.world.ask('officerPropose', this.approval(registrar, 'enrol-propose'));
    await this.world.ask('officerApprove', this.approval(first, 'enrol'));
    await this.world.ask('officerApprove', this.approval(second, 'enrol'));
  }

  /** What the SSA does: carries the order to the CA and the certificate back. */
  async certified(changes: IssueChanges = {}): Promise<string> {
    const { orders } = await this.world.ask('orders', {});
    const mine = orders
      .map(({ statement }) => decode(orderStatement, statement))
      .find(({ enrolment }) => Buffer.from(enrolment).equals(Buffer.from(this.enrolment)))!;
    const request = parseCertificationRequest(mine.certificationRequest);
    const chain = this.world.authority.certify({ spki: request.spki, subject: request.subject.encoded }, changes);
    const { state } = await this.world.ask('installCertificate', { orderId: mine.orderId, chain });
    this.publicKey = new Uint8Array(request.spki);
    const { credentials } = await this.world.ask('credentials', { signerId: this.signerId });
    this.keyId = new Uint8Array(credentials[0]!.keyId);
    return state;
  }

  async prepare(
    hashes: readonly Uint8Array[],
    more: {
      readonly ticket?: string;
      readonly changes?: TicketChanges;
      readonly clientId?: string;
      readonly jkt?: Uint8Array | null;
      readonly seen?: boolean;
      readonly language?: string;
    } = {},
  ): Promise<Intent> {
    const pageNonce = randomBytes(32);
    const ticket =
      more.ticket ??
      makeTicket(
        this.world,
        {
          signerId: this.signerId,
          keyId: this.keyId,
          hashes,
          ...(more.clientId === undefined ? {} : { clientId: more.clientId }),
          ...(more.jkt === undefined ? {} : { jkt: more.jkt }),
        },
        more.changes,
      );
    const documents = hashes.map((hash) => ({
      digest: more.seen === false ? null : sha256(hash),
      sizeBytes: more.seen === false ? 0 : 1000,
    }));
    const answer = await this.world.ask('prepare', { ticket, documents, language: more.language ?? 'ja', pageNonce });
    const statement = readStatement(this.world, 'intent', intentStatement, answer, pageNonce);
    const body = decode(intentBody, statement.body);
    const items = statement.items ?? body.items;
    assert.ok(sameBytes(encode(intentBody, { ...body, ...listForm(items, sha256) }), statement.body), 'the list is the one that the body commits to');
    return { statement, body, items, challenge: sha256(challengePreimage('sign', statement.body)) };
  }

  async authorise(
    { challenge }: Pick<Intent, 'challenge'>,
    changes: AnswerChanges = {},
    by: Authenticator = this.passkey,
  ): Promise<ReceiptStatement> {
    const pageNonce = randomBytes(32);
    const answer = await this.world.ask('authorise', { challenge, assertion: by.get(challenge, changes), sealed: null, pageNonce });
    return readStatement(this.world, 'receipt', receiptStatement, answer, pageNonce);
  }

  async outcome(challenge: Uint8Array): Promise<OutcomeStatement> {
    const pageNonce = randomBytes(32);
    return readStatement(this.world, 'outcome', outcomeStatement, await this.world.ask('outcome', { challenge, pageNonce }), pageNonce);
  }

  executeRequest(
    receipt: ReceiptStatement,
    dtbsrs: readonly Uint8Array[],
    changes: Partial<Request<(typeof samDoor)['execute']>> = {},
  ): Request<(typeof samDoor)['execute']> {
    return {
      handle: receipt.handle,
      keyId: this.keyId,
      hashAlgorithm: '2.16.840.1.101.3.4.2.1',
      signatureAlgorithm: '1.2.840.10045.4.3.2',
      signatureParameters: null,
      dtbsrs,
      clientId: receipt.clientId,
      clientKeyThumbprint: THUMBPRINT,
      ...changes,
    };
  }

  async execute(
    receipt: ReceiptStatement,
    dtbsrs: readonly Uint8Array[],
    changes: Partial<Request<(typeof samDoor)['execute']>> = {},
  ): Promise<readonly Uint8Array[]> {
    return (await this.world.ask('execute', this.executeRequest(receipt, dtbsrs, changes))).signatures;
  }

  /** The signature is the key's over the document whose hash was approved. */
  verify(message: Uint8Array, signature: Uint8Array): void {
    const key = createPublicKey({ key: Buffer.from(this.publicKey), format: 'der', type: 'spki' });
    assert.ok(verify('sha256', message, key, signature), 'the signature verifies over the whole message');
  }
}

/** A person all the way to an active key. */
export async function enrolled(world: World, person: Person = SOMEONE, passkey?: Authenticator): Promise<Signer> {
  const signer = new Signer(world, passkey);
  await signer.begin(person);
  await signer.makePasskey();
  await signer.confirm();
  await signer.approved();
  assert.equal(await signer.certified(), 'active');
  return signer;
}

/** Documents and their hashes. */
export function documents(count: number): { readonly messages: readonly Uint8Array[]; readonly hashes: readonly Uint8Array[] } {
  const messages = Array.from({ length: count }, () => randomBytes(64));
  return { messages, hashes: messages.map((message) => sha256(message)) };
}

/** The call is refused with this code, by the SAM and not by an accident. */
export async function refused(code: string, work: () => Promise<unknown>): Promise<void> {
  await assert.rejects(work, (cause: Error & { kind?: string; code?: string }) => {
    assert.equal(`${cause.kind} ${cause.code}`, `refused ${code}`);
    return true;
  });
}
