// SPDX-License-Identifier: Apache-2.0
// The IdP's OAuth addresses, from its metadata (RFC 8414). Whatever it names must be under the pinned issuer.
import { CheckError } from '../checks/error.ts';
import { requireUnder } from '../checks/own-address.ts';
import { callJson } from '../doors/call.ts';
import { textOf } from '../doors/answer.ts';
import type { Pins } from '../pins.ts';
import type { Powers } from '../powers.ts';

export interface AuthorizationServer {
  readonly authorize: string;
  readonly token: string;
}

export async function findAuthorizationServer(powers: Powers, pins: Pins): Promise<AuthorizationServer> {
  const metadata = await callJson(powers, { method: 'GET', url: `${pins.issuer}/.well-known/openid-configuration` });
  if (textOf(metadata, 'issuer') !== pins.issuer) throw new CheckError('login_issuer');
  return {
    authorize: requireUnder(pins.issuer, textOf(metadata, 'authorization_endpoint')),
    token: requireUnder(pins.issuer, textOf(metadata, 'token_endpoint')),
  };
}
