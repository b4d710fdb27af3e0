// SPDX-License-Identifier: Apache-2.0
// The signer's page: JSON over CORS, and what it makes of the answers.
import { decodeJwt } from 'jose';
import { loginChallengePreimage } from '@sigillo/doors/sap';
import { sha256 } from '@sigillo/wire';
import { fromFragment, type Browser } from './browser.ts';
import { house, SIGN_ORIGIN } from './house.ts';
import type { Passkey } from './passkey.ts';
import type { Signed, TicketClaims } from './sam.ts';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export async function post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const answer = await fetch(`${house.issuer}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: SIGN_ORIGIN, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

export interface LoginBegun {
  readonly session: string;
  readonly issuer: string;
  readonly nonce: string;
  readonly clientName: string;
}

export async function beginLogin(at: URL): Promise<LoginBegun> {
  const { status, body } = await post('/signer/v1/login/begin', { code: fromFragment(at, 'code') });
  if (status !== 200) throw new Error(`login/begin: ${JSON.stringify(body)}`);
  return body as unknown as LoginBegun;
}

export function loginChallenge(begun: LoginBegun): Uint8Array {
  return sha256(loginChallengePreimage(begun.issuer, begun.nonce));
}

export function finishLogin(begun: LoginBegun, passkey: Passkey, changes: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
  return post('/signer/v1/login/finish', { session: begun.session, ...house.sam.login(passkey), assertion: passkey.answer(loginChallenge(begun)), ...changes });
}

/** From the page's login screen to wherever the IdP sends the browser next. */
export async function logIn(browser: Browser, at: URL, passkey: Passkey): Promise<URL> {
  if (at.origin !== SIGN_ORIGIN || at.pathname !== '/login') throw new Error(`not the login screen: ${at.href}`);
  const { status, body } = await finishLogin(await beginLogin(at), passkey);
  if (status !== 200) throw new Error(`login/finish: ${JSON.stringify(body)}`);
  return browser.go(body['next'] as string);
}

export interface ApprovalBegun {
  readonly ticket: string;
  readonly claims: TicketClaims;
  readonly interaction: string;
}

export async function beginApproval(at: URL): Promise<ApprovalBegun> {
  if (at.pathname !== '/approve') throw new Error(`not the approve screen: ${at.href}`);
  const { status, body } = await post('/signer/v1/approval/begin', { code: fromFragment(at, 'code') });
  if (status !== 200) throw new Error(`approval/begin: ${JSON.stringify(body)}`);
  const ticket = body['ticket'] as string;
  return { ticket, claims: decodeJwt(ticket) as unknown as TicketClaims, interaction: body['interaction'] as string };
}

export function approvedUrl(begun: { readonly interaction: string }, receipt: Signed): string {
  return `${begun.interaction}/approved?${new URLSearchParams({ ...receipt }).toString()}`;
}
