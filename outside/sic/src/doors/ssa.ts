// SPDX-License-Identifier: Apache-2.0
// The SSA carries this page's messages to the SAM. Each method makes the nonce of its call and answers only with what was checked, so
// that nothing the SSA says reaches a screen or a passkey by itself.
import type { HistoryStatement, OutcomeStatement, ReceiptStatement } from '@sigillo/doors/sap';
import { toBase64url } from '@sigillo/standards/bytes';
import { checkConfirmation, type CheckedConfirmation, type CheckedEnrolment, checkEnrolment, type Person } from '../checks/enrolment.ts';
import { checkHistory } from '../checks/history.ts';
import { type CheckedIntent, checkIntent } from '../checks/intent.ts';
import type { SeenDocument } from '../checks/item-list.ts';
import { checkLogin } from '../checks/login.ts';
import { type Approval, checkOutcome, checkReceipt } from '../checks/receipt.ts';
import type { SignedAnswer } from '../checks/statement.ts';
import type { Ticket } from '../checks/ticket.ts';
import { type AssertionJson, assertionJson, type NewPasskey, type PasskeyAnswer } from '../passkey/passkey.ts';
import type { Pins } from '../pins.ts';
import type { Powers } from '../powers.ts';
import type { Session } from '../session/session.ts';
import { signedOf } from './answer.ts';
import { callJson, jsonPost } from './call.ts';

const NONCE_BYTES = 32;

export class SsaDoor {
  readonly #powers: Powers;
  readonly #pins: Pins;
  readonly #session: Session;

  constructor(powers: Powers, pins: Pins, session: Session) {
    this.#powers = powers;
    this.#pins = pins;
    this.#session = session;
  }

  freshNonce(): Uint8Array<ArrayBuffer> {
    return this.#powers.random(NONCE_BYTES);
  }

  async beginEnrolment(person: Person): Promise<CheckedEnrolment> {
    const pageNonce = this.freshNonce();
    return checkEnrolment(await this.#open('enrolments/begin', { person }, pageNonce), this.#pins, { person, pageNonce });
  }

  async enrolKey(enrolmentHash: Uint8Array, passkey: NewPasskey): Promise<CheckedConfirmation> {
    const pageNonce = this.freshNonce();
    const body = {
      enrolmentHash: toBase64url(enrolmentHash),
      credentialId: toBase64url(passkey.credentialId),
      attestationObject: toBase64url(passkey.attestationObject),
      clientDataJson: toBase64url(passkey.clientDataJson),
    };
    const answer = await this.#open('enrolments/key', body, pageNonce);
    return checkConfirmation(
      answer,
      this.#pins,
      { enrolmentHash, credentialId: passkey.credentialId, coseKey: passkey.coseKey, pageNonce },
    );
  }

  async confirmEnrolment(enrolmentHash: Uint8Array, assertion: PasskeyAnswer): Promise<OutcomeStatement> {
    const pageNonce = this.freshNonce();
    const answer = await this.#open(
      'enrolments/confirm',
      { enrolmentHash: toBase64url(enrolmentHash), assertion: assertionJson(assertion) },
      pageNonce,
    );
    return checkOutcome(answer, this.#pins, { about: 'enrol', subject: enrolmentHash, pageNonce });
  }

  async enrolmentOutcome(enrolmentHash: Uint8Array): Promise<OutcomeStatement> {
    const pageNonce = this.freshNonce();
    const answer = await this.#open('enrolments/outcome', { enrolmentHash: toBase64url(enrolmentHash) }, pageNonce);
    return checkOutcome(answer, this.#pins, { about: 'enrol', subject: enrolmentHash, pageNonce });
  }

  /** The SAM's word that this passkey may log in: checked, and as it came, for the IdP. */
  async login(assertion: PasskeyAnswer): Promise<SignedAnswer> {
    const pageNonce = this.freshNonce();
    const answer = await this.#open('login', { credentialId: toBase64url(assertion.credentialId) }, pageNonce);
    await checkLogin(answer, this.#pins, { credentialId: assertion.credentialId, userHandle: assertion.userHandle, pageNonce });
    return answer;
  }

  async prepare(ticket: Ticket, documents: readonly SeenDocument[], language: string): Promise<CheckedIntent> {
    const pageNonce = this.freshNonce();
    const sent = documents.map(({ digest, sizeBytes }) => ({ digest: digest === null ? null : toBase64url(digest), sizeBytes }));
    const answer = await this.#signed('prepare', { ticket: ticket.text, documents: sent, language }, pageNonce);
    return checkIntent(answer, this.#pins, { ticket, documents, language, pageNonce });
  }

  /** Sends the passkey's answer under the approval's own nonce, so that the receipt is known whenever it comes. */
  async authorise(approval: Approval, assertion: AssertionJson): Promise<{
    readonly receipt: ReceiptStatement;
    readonly answer: SignedAnswer;
  }> {
    const body = { challenge: toBase64url(approval.challenge), assertion, sealed: null };
    const answer = await this.#signed('authorise', body, approval.pageNonce);
    return { receipt: await checkReceipt(answer, this.#pins, approval), answer };
  }

  async outcome(challenge: Uint8Array): Promise<OutcomeStatement> {
    const pageNonce = this.freshNonce();
    const answer = await this.#signed('outcome', { challenge: toBase64url(challenge) }, pageNonce);
    return checkOutcome(answer, this.#pins, { about: 'sign', subject: challenge, pageNonce });
  }

  async history(demand: {
    readonly signerId: Uint8Array;
    readonly before: number | null;
    readonly lastSeen: number;
  }): Promise<HistoryStatement> {
    const pageNonce = this.freshNonce();
    return checkHistory(await this.#signed('history', { before: demand.before }, pageNonce), this.#pins, { ...demand, pageNonce });
  }

  /** Answers when no signature with this key can start any more. */
  async freeze(keyId: Uint8Array): Promise<OutcomeStatement> {
    const pageNonce = this.freshNonce();
    const answer = await this.#signed('freeze', { keyId: toBase64url(keyId) }, pageNonce);
    return checkOutcome(answer, this.#pins, { about: 'freeze', subject: keyId, pageNonce });
  }

  async #open(path: string, body: object, pageNonce: Uint8Array): Promise<SignedAnswer> {
    return signedOf(await callJson(this.#powers, jsonPost(this.#url(path), { ...body, pageNonce: toBase64url(pageNonce) })));
  }

  async #signed(path: string, body: object, pageNonce: Uint8Array): Promise<SignedAnswer> {
    return signedOf(await this.#session.json(jsonPost(this.#url(path), { ...body, pageNonce: toBase64url(pageNonce) })));
  }

  #url(path: string): string {
    return `${this.#pins.ssaUrl}/signer/v1/${path}`;
  }
}
