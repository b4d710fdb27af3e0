// SPDX-License-Identifier: Apache-2.0
// A signer without a browser: it asks the doors that the signer's page asks, in the same order, with a passkey in software.
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  challengePreimage, confirmationStatement, enrolmentStatement, historyStatement, intentBody, intentStatement, loginChallengePreimage, outcomeStatement,
  type HistoryStatement, type IntentBody, type Item, listForm, type OutcomeStatement,
} from '@sigillo/doors/sap';
import { decode, encode } from '@sigillo/doors/schema';
import { fromBase64url, sameBytes, toBase64, toBase64url, toHex } from '@sigillo/standards/bytes';
import type { Addresses } from '../../src/home/home.ts';
import { Browser } from './browser.ts';
import { Passkey } from './passkey.ts';
import { PageSession, post } from './session.ts';

type Json = Readonly<Record<string, unknown>>;

/** A request of an application as the signer sees it, before deciding. */
export interface OpenRequest {
  readonly ticket: string;
  readonly interaction: string;
  readonly details: TicketDetails;
}

export interface TicketDetails {
  readonly credentialID: string;
  readonly hashes: readonly string[];
  readonly labels: readonly string[];
  readonly documentLocations?: readonly { readonly content: string; readonly attributes: string }[];
}

export interface SeenDocument {
  readonly digest: Uint8Array | null;
  readonly sizeBytes: number;
}

const ACTIVE_WITHIN_MS = 30_000;
const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

export class PlayedSigner {
  readonly passkey: Passkey;
  readonly session: PageSession;
  readonly browser: Browser = new Browser();
  readonly #at: Addresses;

  constructor(addresses: Addresses) {
    this.#at = addresses;
    this.passkey = new Passkey(addresses.signOrigin);
    this.session = new PageSession(addresses.signOrigin);
  }

  /** Sign-up until the key is active. */
  async enrol(person: { readonly givenName: string; readonly surname: string; readonly country: string }): Promise<void> {
    const begun = decode(enrolmentStatement, statementOf(await this.#open('enrolments/begin', { person: { ...person, pseudonym: null } })));
    const enrolmentHash = toBase64url(sha256(begun.body));
    const created = this.passkey.create(sha256(challengePreimage('enrol', begun.body)));
    const confirmation = decode(confirmationStatement, statementOf(await this.#open('enrolments/key', { enrolmentHash, ...created })));
    const assertion = this.passkey.get(sha256(challengePreimage('enrol-confirm', confirmation.body)));
    await this.#open('enrolments/confirm', { enrolmentHash, assertion });
    const until = performance.now() + ACTIVE_WITHIN_MS;
    for (;;) {
      const { state } = decode(outcomeStatement, statementOf(await this.#open('enrolments/outcome', { enrolmentHash })));
      if (state === 'active') return;
      if (performance.now() > until) throw new Error(`the enrolment stays ${state}`);
      await pause(200);
    }
  }

  /** Logs the page in, for the signer's own doors. */
  async logIn(): Promise<void> {
    const verifier = randomBytes(32).toString('base64url');
    const redirect_uri = `${this.#at.signOrigin}/callback`;
    const code_challenge = createHash('sha256').update(verifier).digest('base64url');
    const request = { client_id: 'sic', response_type: 'code', scope: 'signer', resource: 'urn:sigillo:signer', state: 's', redirect_uri, code_challenge, code_challenge_method: 'S256' };
    const back = await this.visit(`${this.#at.issuer}/oauth2/authorize?${new URLSearchParams(request).toString()}`);
    const code = back.searchParams.get('code') ?? '';
    await this.session.redeem(`${this.#at.issuer}/oauth2/token`, { grant_type: 'authorization_code', client_id: 'sic', code, code_verifier: verifier, redirect_uri, resource: 'urn:sigillo:signer' });
  }

  /** Goes to an address of the IdP, logs in there if it asks, and gives where the browser is sent. */
  async visit(url: URL | string): Promise<URL> {
    const at = await this.browser.go(url);
    if (at.origin !== this.#at.signOrigin || at.pathname !== '/login') return at;
    const asked = await post(`${this.#at.issuer}/signer/v1/login/begin`, { code: fragment(at).get('code') });
    const assertion = this.passkey.get(sha256(loginChallengePreimage(String(asked['issuer']), String(asked['nonce']))));
    const { statement, signature } = await this.#open('login', { credentialId: assertion.credentialId });
    const { next } = await post(`${this.#at.issuer}/signer/v1/login/finish`, { session: asked['session'], statement, signature, assertion });
    return this.browser.go(String(next));
  }

  /** Follows an application's request to the approval screen. */
  async open(url: URL | string): Promise<OpenRequest> {
    const at = await this.visit(url);
    if (at.pathname !== '/approve') throw new Error(`not the approval screen: ${at.origin}${at.pathname}${at.search}`);
    const { ticket, interaction } = await post(`${this.#at.issuer}/signer/v1/approval/begin`, { code: fragment(at).get('code') });
    const claims = JSON.parse(Buffer.from(String(ticket).split('.')[1]!, 'base64url').toString('utf8')) as { details: TicketDetails };
    return { ticket: String(ticket), interaction: String(interaction), details: claims.details };
  }

  /** Approves with the passkey and lets the browser carry the receipt; gives where it arrives. */
  async approve(request: OpenRequest, documents: readonly SeenDocument[] = request.details.hashes.map(() => ({ digest: null, sizeBytes: 0 }))): Promise<URL> {
    const { encodedBody } = await this.prepare(request, documents);
    return this.carry(request, await this.authorise(encodedBody));
  }

  /** The passkey's answer to an intent; gives the receipt. */
  authorise(encodedBody: Uint8Array): Promise<Json> {
    const challenge = challengeOf(encodedBody);
    return this.#signed('authorise', { challenge: toBase64url(challenge), assertion: this.passkey.get(challenge), sealed: null });
  }

  /** Lets the browser carry a receipt to the IdP. */
  carry(request: OpenRequest, receipt: Json): Promise<URL> {
    const query = new URLSearchParams({ statement: String(receipt['statement']), signature: String(receipt['signature']) });
    return this.browser.go(`${request.interaction}/approved?${query.toString()}`);
  }

  /** Where an operation stands. */
  async outcome(challenge: Uint8Array): Promise<OutcomeStatement> {
    return decode(outcomeStatement, statementOf(await this.#signed('outcome', { challenge: toBase64url(challenge) })));
  }

  async prepare(request: OpenRequest, documents: readonly SeenDocument[]): Promise<{ readonly body: IntentBody; readonly encodedBody: Uint8Array }> {
    const sent = documents.map(({ digest, sizeBytes }) => ({ digest: digest === null ? null : toBase64url(digest), sizeBytes }));
    const statement = decode(intentStatement, statementOf(await this.#signed('prepare', { ticket: request.ticket, documents: sent, language: 'en' })));
    const body = decode(intentBody, statement.body);
    requireAsked(body, statement.items ?? body.items, request.details);
    return { body, encodedBody: statement.body };
  }

  decline(request: OpenRequest, reason: string): Promise<URL> {
    return this.browser.go(`${request.interaction}/declined?${new URLSearchParams({ reason }).toString()}`);
  }

  async history(): Promise<HistoryStatement> {
    return decode(historyStatement, statementOf(await this.#signed('history', { before: null })));
  }

  async freeze(keyId: Uint8Array): Promise<string> {
    return decode(outcomeStatement, statementOf(await this.#signed('freeze', { keyId: toBase64url(keyId) }))).state;
  }

  /** The id of the active key, as applications name it. */
  async credentialId(): Promise<string> {
    const key = (await this.history()).keys.find(({ state }) => state === 'active');
    if (key === undefined) throw new Error('no active key');
    return toHex(key.keyId);
  }

  #open(path: string, body: Json): Promise<Json> {
    return post(`${this.#at.ssaUrl}/signer/v1/${path}`, { ...body, pageNonce: freshNonce() });
  }

  #signed(path: string, body: Json): Promise<Json> {
    return this.session.call('POST', `${this.#at.ssaUrl}/signer/v1/${path}`, { ...body, pageNonce: freshNonce() });
  }
}

/** The list is the one of the ticket, and the body commits to it. */
function requireAsked(body: IntentBody, items: readonly Item[], { hashes, labels }: TicketDetails): void {
  const same = items.length === hashes.length && items.every(({ dtbsr, name }, i) => toBase64(dtbsr) === hashes[i] && name === labels[i]);
  if (!same || !sameBytes(encode(intentBody, { ...body, ...listForm(items, sha256) }), encode(intentBody, body))) throw new Error('the SAM asks for another list');
}

/** What the passkey signs of an intent; it names the operation. */
export const challengeOf = (encodedBody: Uint8Array): Uint8Array => sha256(challengePreimage('sign', encodedBody));

const freshNonce = (): string => randomBytes(32).toString('base64url');
const fragment = (url: URL): URLSearchParams => new URLSearchParams(url.hash.slice(1));

function statementOf(answer: Json): Uint8Array {
  return fromBase64url(String(answer['statement']));
}
