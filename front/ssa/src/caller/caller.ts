// SPDX-License-Identifier: Apache-2.0
// Who is calling. A request becomes a caller only by a token of the right use, of a registered client of the right kind, presented as that
// client must.
import type { HttpReply, HttpRequest } from '@sigillo/http';
import { fromBase64url, fromHex, SpellingError } from '@sigillo/standards/bytes';
import { type AccessToken, OAuthError, parseAuthorization, type PresentedToken, requireScheme, requireScope } from '@sigillo/standards/oauth';
import type { ClientRow } from '../public-files.ts';
import type { AccessTokens, TokenUse } from './access-tokens.ts';
import { scopeOf } from './checks/one-scope.ts';
import type { Possession } from './possession.ts';
import { tellChallenge } from './refusal.ts';

/** A signer at a page of ours. */
export interface SignerSession {
  readonly signerId: Uint8Array;
  readonly subject: string;
}

/** An application with a token of scope `service`; `subject` is undefined where it acts for itself. */
export interface ServiceCaller {
  readonly kind: 'service';
  readonly clientId: string;
  readonly subject: string | undefined;
  readonly boundTo: string | undefined;
}

/** An application with a credential token: one approved operation of one key. */
export interface CredentialCaller {
  readonly kind: 'credential';
  readonly clientId: string;
  readonly subject: string;
  readonly boundTo: string | undefined;
  readonly credentialId: string;
  readonly handle: Uint8Array;
}

export interface CallersOptions {
  readonly tokens: AccessTokens;
  readonly possession: Possession;
  readonly clients: ReadonlyMap<string, ClientRow>;
  /** Our own address as callers know it, without a slash at the end. */
  readonly url: string;
}

const KIND_OF_USE = { signer: 'page', csc: 'service', officer: 'officer' } as const satisfies Record<TokenUse, ClientRow['kind']>;

export class Callers {
  readonly #options: CallersOptions;

  constructor(options: CallersOptions) {
    this.#options = options;
  }

  async signer(request: HttpRequest, reply: HttpReply): Promise<SignerSession> {
    const { token } = await this.#caller(request, reply, 'signer');
    return tellChallenge(reply, 'signer', () => {
      requireScope(token, 'signer');
      return { signerId: signerIdOf(token), subject: token.subject! };
    });
  }

  async officer(request: HttpRequest, reply: HttpReply): Promise<{ readonly clientId: string }> {
    const { token } = await this.#caller(request, reply, 'officer');
    return tellChallenge(reply, 'officer', () => {
      requireScope(token, 'officer');
      if (token.subject !== undefined) throw new OAuthError('token_malformed');
      return { clientId: token.clientId };
    });
  }

  /** Whoever calls the CSC door; `token` is what stood in the header. */
  async csc(request: HttpRequest, reply: HttpReply): Promise<{ readonly caller: ServiceCaller | CredentialCaller; readonly token: string }> {
    const { token, presented } = await this.#caller(request, reply, 'csc');
    return { caller: await tellChallenge(reply, 'csc', () => cscCaller(token)), token: presented.token };
  }

  /** A credential token that came in the body, beside a service token in the header that proved the possession of its own key. */
  async sad(text: string): Promise<CredentialCaller> {
    const token = await this.#options.tokens.verify(text, 'csc');
    this.#requireClient(token, 'csc');
    const caller = cscCaller(token);
    if (caller.kind !== 'credential') throw new OAuthError('token_scope');
    return caller;
  }

  async #caller(request: HttpRequest, reply: HttpReply, use: TokenUse): Promise<{ readonly token: AccessToken; readonly presented: PresentedToken }> {
    return tellChallenge(reply, use, async () => {
      const headers = request.raw.headersDistinct;
      const presented = parseAuthorization(headers['authorization']);
      const token = await this.#options.tokens.verify(presented.token, use);
      requireScheme(presented, token);
      this.#requireClient(token, use);
      if (token.boundTo !== undefined) await this.#prove(request, headers['dpop'], presented.token, token.boundTo);
      return { token, presented };
    });
  }

  /** The registered row decides how a client's tokens must be bound, whatever the token says. */
  #requireClient(token: AccessToken, use: TokenUse): void {
    const row = this.#options.clients.get(token.clientId);
    if (row?.kind !== KIND_OF_USE[use]) throw new OAuthError('token_malformed');
    if ((row.tokenBinding === 'dpop') !== (token.boundTo !== undefined)) throw new OAuthError('token_binding');
  }

  async #prove(request: HttpRequest, proofs: readonly string[] | undefined, accessToken: string, boundTo: string): Promise<void> {
    const path = request.url.split('?', 1)[0]!;
    await this.#options.possession.prove({ proofs, method: request.method, url: `${this.#options.url}${path}`, accessToken, boundTo });
  }
}

const cscCallers = new WeakMap<AccessToken, ServiceCaller | CredentialCaller>();

/** A token that is remembered is one object, and says the same each time. */
function cscCaller(token: AccessToken): ServiceCaller | CredentialCaller {
  const known = cscCallers.get(token);
  if (known !== undefined) return known;
  const caller = readCscCaller(token);
  cscCallers.set(token, caller);
  return caller;
}

function readCscCaller(token: AccessToken): ServiceCaller | CredentialCaller {
  if (scopeOf(token) === 'service') return { kind: 'service', clientId: token.clientId, subject: token.subject, boundTo: token.boundTo };
  if (token.subject === undefined) throw new OAuthError('token_malformed');
  const { handle, credentialID: credentialId } = token.claims;
  if (typeof handle !== 'string' || typeof credentialId !== 'string') throw new OAuthError('token_malformed');
  return { kind: 'credential', clientId: token.clientId, subject: token.subject, boundTo: token.boundTo, credentialId, handle: handleOf(handle) };
}

function handleOf(text: string): Uint8Array {
  try {
    const handle = fromBase64url(text);
    if (handle.length === 32) return handle;
  } catch (cause) {
    if (!(cause instanceof SpellingError)) throw cause;
  }
  throw new OAuthError('token_malformed');
}

function signerIdOf(token: AccessToken): Uint8Array {
  if (token.subject === undefined || !/^[0-9a-f]{32}$/.test(token.subject)) throw new OAuthError('token_malformed');
  return fromHex(token.subject);
}
