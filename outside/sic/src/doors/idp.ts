// SPDX-License-Identifier: Apache-2.0
// The IdP's routes for this page: logging in, the ticket of an approval, what waits.
import { toBase64url } from '@sigillo/standards/bytes';
import type { SignedAnswer } from '../checks/statement.ts';
import type { AssertionJson } from '../passkey/passkey.ts';
import type { Pins } from '../pins.ts';
import type { Powers } from '../powers.ts';
import { requireUnder } from '../checks/own-address.ts';
import type { Session } from '../session/session.ts';
import { listOf, numberOf, textOf, textsOf, timeMsOf } from './answer.ts';
import { callJson, jsonPost } from './call.ts';

export interface LoginQuestion {
  readonly session: string;
  readonly issuer: string;
  readonly nonce: string;
  /** Which application asks, by the IdP's word. */
  readonly clientName: string;
}

export interface WaitingRequest {
  readonly id: string;
  readonly clientId: string;
  readonly names: readonly string[];
  readonly count: number;
  readonly createdMs: number;
  readonly expiresMs: number;
}

export class IdpDoor {
  readonly #powers: Powers;
  readonly #pins: Pins;
  readonly #session: Session;

  constructor(powers: Powers, pins: Pins, session: Session) {
    this.#powers = powers;
    this.#pins = pins;
    this.#session = session;
  }

  async beginLogin(code: string): Promise<LoginQuestion> {
    const answer = await callJson(this.#powers, jsonPost(this.#url('login/begin'), { code }));
    return {
      session: textOf(answer, 'session'),
      issuer: textOf(answer, 'issuer'),
      nonce: textOf(answer, 'nonce'),
      clientName: textOf(answer, 'clientName'),
    };
  }

  /** Answers the address that goes on, under the pinned issuer. */
  async finishLogin(session: string, login: SignedAnswer, assertion: AssertionJson): Promise<string> {
    const body = { session, statement: toBase64url(login.statement), signature: toBase64url(login.signature), assertion };
    const answer = await callJson(this.#powers, jsonPost(this.#url('login/finish'), body));
    return requireUnder(this.#pins.issuer, textOf(answer, 'next'));
  }

  async beginApproval(code: string): Promise<{ readonly ticket: string; readonly interaction: string }> {
    const answer = await callJson(this.#powers, jsonPost(this.#url('approval/begin'), { code }));
    return { ticket: textOf(answer, 'ticket'), interaction: requireUnder(this.#pins.issuer, textOf(answer, 'interaction')) };
  }

  async requests(): Promise<readonly WaitingRequest[]> {
    const answer = await this.#session.json({ method: 'GET', url: this.#url('requests') });
    return listOf(answer, 'requests', (item) => ({
      id: textOf(item, 'id'),
      clientId: textOf(item, 'clientId'),
      names: textsOf(item, 'names'),
      count: numberOf(item, 'count'),
      createdMs: timeMsOf(item, 'created'),
      expiresMs: timeMsOf(item, 'expires'),
    }));
  }

  async readRequest(id: string): Promise<string> {
    return textOf(await this.#session.json(jsonPost(this.#url(`requests/${encodeURIComponent(id)}/read`), {})), 'ticket');
  }

  async declineRequest(id: string, reason: string): Promise<void> {
    await this.#session.json(jsonPost(this.#url(`requests/${encodeURIComponent(id)}/decline`), reason === '' ? {} : { reason }));
  }

  #url(path: string): string {
    return `${this.#pins.issuer}/signer/v1/${path}`;
  }
}

/** Where the browser goes with the SAM's receipt (`flow.md` 5 row 13). */
export function approvedUrl(interaction: string, receipt: SignedAnswer): string {
  const query = new URLSearchParams({ statement: toBase64url(receipt.statement), signature: toBase64url(receipt.signature) });
  return `${interaction}/approved?${query.toString()}`;
}

export function declinedUrl(interaction: string, reason: string): string {
  return reason === '' ? `${interaction}/declined` : `${interaction}/declined?${new URLSearchParams({ reason }).toString()}`;
}
