// SPDX-License-Identifier: Apache-2.0
// The signer's session: this page as a public OAuth client with PKCE and a DPoP key that cannot leave the browser. Tokens live as long
// as the tab. A session lets nobody sign; it reads, declines, and freezes.
import { toBase64url, toHex } from '@sigillo/standards/bytes';
import { callBytes, callJson, type Call } from '../doors/call.ts';
import { DoorError } from '../doors/door-error.ts';
import { type Json, numberOf, textOf, textOrNull } from '../doors/answer.ts';
import type { Pins } from '../pins.ts';
import type { Powers } from '../powers.ts';
import type { Shelf } from '../state/stored.ts';
import { findAuthorizationServer } from './authorization-server.ts';
import { type DpopKey, makeProof } from './dpop-key.ts';
import { codeChallenge } from './pkce.ts';
import { subjectOf } from './token.ts';

const CLIENT_ID = 'sic';
const RESOURCE = 'urn:sigillo:signer';
/** A token this near its end is renewed first. */
const RENEW_BEFORE_MS = 30_000;
const BEGINNING_MS = 60_000;

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly expiresMs: number;
}

interface Started {
  readonly state: string;
  readonly verifier: string;
  readonly returnTo: string;
  readonly atMs: number;
}

export interface SessionOptions {
  readonly powers: Powers;
  readonly pins: Pins;
  readonly shelf: Shelf;
  readonly pageOrigin: string;
  readonly keptKey: () => Promise<DpopKey>;
  readonly forgetKey: () => Promise<void>;
}

/** The session is over, or was never begun: the person logs in. */
export class LoggedOutError extends Error {
  override readonly name = 'LoggedOutError';
}

export class Session {
  readonly #options: SessionOptions;
  #renewal: Promise<Tokens> | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Whose session it is, or null. */
  signerId(): Uint8Array | null {
    const tokens = this.#tokens();
    return tokens === null ? null : subjectOf(tokens.accessToken);
  }

  /** Leaves for the IdP, and comes back to `returnTo`. */
  async begin(returnTo: string): Promise<void> {
    const { powers, pins, shelf } = this.#options;
    const server = await findAuthorizationServer(powers, pins);
    const key = await this.#options.keptKey();
    const started: Started = {
      state: toBase64url(powers.random(16)),
      verifier: toBase64url(powers.random(32)),
      returnTo,
      atMs: powers.now(),
    };
    shelf.put('login', started);
    const query = new URLSearchParams({
      client_id: CLIENT_ID,
      response_type: 'code',
      redirect_uri: this.#redirectUri(),
      scope: 'signer',
      resource: RESOURCE,
      state: started.state,
      code_challenge: await codeChallenge(started.verifier),
      code_challenge_method: 'S256',
      dpop_jkt: key.thumbprint,
    });
    powers.leave(`${server.authorize}?${query.toString()}`);
  }

  /** The person asked this page to log in a moment ago, in this tab. */
  isBeginning(): boolean {
    const started = readStarted(this.#options.shelf.get('login'));
    return started !== null && this.#options.powers.now() - started.atMs < BEGINNING_MS;
  }

  /** Back from the IdP: the code becomes tokens. Answers where the person was going. */
  async finish(answer: URLSearchParams): Promise<string> {
    const { shelf, pins } = this.#options;
    const started = readStarted(shelf.get('login'));
    shelf.remove('login');
    if (started === null || answer.get('state') !== started.state) throw new DoorError('refused', 'login_not_started_here');
    if (answer.has('iss') && answer.get('iss') !== pins.issuer) throw new DoorError('refused', 'login_other_issuer');
    const code = answer.get('code');
    const detail = answer.get('error_description');
    if (code === null) throw new DoorError('refused', answer.get('error') ?? 'login_without_code', { detail });
    await this.#exchange({ grant_type: 'authorization_code', code, redirect_uri: this.#redirectUri(), code_verifier: started.verifier });
    return started.returnTo;
  }

  async json(call: Call): Promise<Json> {
    return this.#with(call, (authorised) => callJson(this.#options.powers, authorised));
  }

  async bytes(call: Call): Promise<Uint8Array<ArrayBuffer>> {
    return this.#with(call, (authorised) => callBytes(this.#options.powers, authorised));
  }

  /** Ends the session at the IdP where it can be reached, and here in any case. */
  async end(): Promise<void> {
    const { pins, shelf, forgetKey } = this.#options;
    try {
      await this.json({
        method: 'POST',
        url: `${pins.issuer}/signer/v1/logout`,
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
    } finally {
      shelf.remove('tokens');
      await forgetKey();
    }
  }

  /** One call with a proof of its own; a token that is not accepted any more is renewed once. */
  async #with<T>(call: Call, send: (authorised: Call) => Promise<T>): Promise<T> {
    const tokens = await this.#usable();
    try {
      return await send(await this.#authorised(call, tokens));
    } catch (error) {
      if (!(error instanceof DoorError) || error.status !== 401) throw error;
    }
    return send(await this.#authorised(call, await this.#renew()));
  }

  async #authorised(call: Call, tokens: Tokens): Promise<Call> {
    const proof = await this.#proof(call.method, call.url, tokens.accessToken);
    return { ...call, headers: { ...call.headers, authorization: `DPoP ${tokens.accessToken}`, dpop: proof } };
  }

  async #usable(): Promise<Tokens> {
    const tokens = this.#tokens();
    if (tokens === null) throw new LoggedOutError();
    return tokens.expiresMs - this.#options.powers.now() > RENEW_BEFORE_MS ? tokens : this.#renew();
  }

  /** Refresh tokens are good for one use: two calls at once share one renewal. */
  async #renew(): Promise<Tokens> {
    this.#renewal ??= this.#refresh().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  async #refresh(): Promise<Tokens> {
    const refreshToken = this.#tokens()?.refreshToken ?? null;
    if (refreshToken === null) return this.#loggedOut();
    try {
      return await this.#exchange({ grant_type: 'refresh_token', refresh_token: refreshToken });
    } catch (error) {
      if (error instanceof DoorError && error.kind === 'refused') return this.#loggedOut();
      throw error;
    }
  }

  #loggedOut(): never {
    this.#options.shelf.remove('tokens');
    throw new LoggedOutError();
  }

  async #exchange(grant: Readonly<Record<string, string>>): Promise<Tokens> {
    const { powers, pins, shelf } = this.#options;
    const { token: url } = await findAuthorizationServer(powers, pins);
    const body = new URLSearchParams({ ...grant, client_id: CLIENT_ID, resource: RESOURCE });
    const answer = await callJson(powers, { method: 'POST', url, headers: { dpop: await this.#proof('POST', url, null) }, body });
    if (textOf(answer, 'token_type').toLowerCase() !== 'dpop') throw new DoorError('unclear', 'token_not_bound');
    const tokens: Tokens = {
      accessToken: textOf(answer, 'access_token'),
      refreshToken: textOrNull(answer, 'refresh_token'),
      expiresMs: powers.now() + numberOf(answer, 'expires_in') * 1000,
    };
    subjectOf(tokens.accessToken);
    shelf.put('tokens', tokens);
    return tokens;
  }

  async #proof(method: string, url: string, accessToken: string | null): Promise<string> {
    const { powers, keptKey } = this.#options;
    return makeProof(await keptKey(), { method, url, accessToken, id: toHex(powers.random(16)), nowMs: powers.now() });
  }

  #tokens(): Tokens | null {
    const value = this.#options.shelf.get('tokens');
    if (typeof value !== 'object' || value === null) return null;
    const { accessToken, refreshToken, expiresMs } = value as Record<string, unknown>;
    if (typeof accessToken !== 'string' || typeof expiresMs !== 'number') return null;
    return { accessToken, refreshToken: typeof refreshToken === 'string' ? refreshToken : null, expiresMs };
  }

  #redirectUri(): string {
    return `${this.#options.pageOrigin}/callback`;
  }
}

function readStarted(value: unknown): Started | null {
  if (typeof value !== 'object' || value === null) return null;
  const { state, verifier, returnTo, atMs } = value as Record<string, unknown>;
  if (typeof state !== 'string' || typeof verifier !== 'string' || typeof returnTo !== 'string' || typeof atMs !== 'number') return null;
  return { state, verifier, returnTo, atMs };
}
