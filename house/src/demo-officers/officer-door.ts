// SPDX-License-Identifier: Apache-2.0
// The officers' way to the SSA: a token of the IdP for scope `officer`, renewed before it ends. It lets them read and carry; what they decide is in their
// authenticators' signatures.
import * as oauth from 'openid-client';

export interface OfficerDoorOptions {
  readonly issuer: string;
  readonly ssaUrl: string;
  readonly clientId: string;
  /** Private ES256 key of the client. */
  readonly clientKey: JsonWebKey & { readonly kid?: string };
}

export interface PendingEnrolment {
  readonly enrolment: string;
  readonly confirmation: string;
  readonly state: 'pending_proposal' | 'pending_approval' | 'approved';
  readonly proposer: string | null;
  readonly approvers: readonly string[];
}

/** What came back, unread: a statement of the SAM and its signature, in base64url, if the door is honest. */
export type Unread = Readonly<Record<string, unknown>>;

export interface OfficerDoor {
  pending(): Promise<readonly PendingEnrolment[]>;
  /** Sends an officer's signed decision and returns the state that followed. */
  send(what: 'propose' | 'approve', decision: unknown): Promise<string>;
  /** Asks for a command that stops a key, and brings it back signed. */
  stopBegin(wish: object): Promise<Unread>;
  stop(command: object): Promise<Unread>;
}

const RENEW_BEFORE_MS = 30_000;

export function openOfficerDoor(options: OfficerDoorOptions): OfficerDoor {
  let token: { readonly value: string; readonly until: number } | undefined;
  let configuration: oauth.Configuration | undefined;

  async function bearer(): Promise<string> {
    if (token !== undefined && performance.now() < token.until - RENEW_BEFORE_MS) return token.value;
    const key = await crypto.subtle.importKey('jwk', options.clientKey, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
    const authentication = oauth.PrivateKeyJwt({ key, kid: options.clientKey.kid ?? '' });
    configuration ??= await oauth.discovery(new URL(options.issuer), options.clientId, {}, authentication, { execute: [oauth.allowInsecureRequests] });
    const granted = await oauth.clientCredentialsGrant(configuration, { scope: 'officer' });
    token = { value: granted.access_token, until: performance.now() + (granted.expiresIn() ?? 60) * 1000 };
    return token.value;
  }

  async function ask(route: string, body: unknown): Promise<Record<string, unknown>> {
    const answer = await fetch(`${options.ssaUrl}/officer/v1/${route}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await bearer()}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(30_000),
    });
    if (answer.status === 401) token = undefined;
    if (!answer.ok) throw Object.assign(new Error('the officer door refused'), { code: await codeOf(answer) });
    return (await answer.json()) as Record<string, unknown>;
  }

  return {
    pending: async () => (await ask('pending', {}))['enrolments'] as readonly PendingEnrolment[],
    send: async (what, decision) => String((await ask(what, decision))['state']),
    stopBegin: (wish) => ask('stop/begin', wish),
    stop: (command) => ask('stop', command),
  };
}

/** Why the door refused, as it says itself. */
async function codeOf(answer: Response): Promise<string> {
  const problem = (await answer.json().catch(() => undefined)) as { readonly code?: unknown } | undefined;
  return typeof problem?.code === 'string' ? problem.code : `http_${answer.status}`;
}
