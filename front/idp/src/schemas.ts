// SPDX-License-Identifier: Apache-2.0
// JSON schemas of the page's routes: closed, with bounds. They validate, and the OpenAPI document is made of them.
import { PROBLEM_SCHEMA } from '@sigillo/http';

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength }) as const;
const base64url = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength, pattern: '^[A-Za-z0-9_-]+$' }) as const;

function closed<const P extends Readonly<Record<string, unknown>>>(properties: P, optional: readonly (keyof P)[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', additionalProperties: false, required, properties };
}

const problems = { '4xx': PROBLEM_SCHEMA, '5xx': PROBLEM_SCHEMA } as const;
const code = closed({ code: base64url(64) });

const assertion = closed({
  credentialId: base64url(1364),
  authenticatorData: base64url(1366),
  clientDataJson: base64url(5462),
  signature: base64url(5462),
  userHandle: { anyOf: [base64url(86), { type: 'null' }] },
});

const waiting = closed({
  id: text(64),
  clientId: text(255),
  clientName: text(360),
  names: { type: 'array', items: { type: 'string' } },
  count: { type: 'integer' },
  created: text(30),
  expires: text(30),
});

export const SCHEMAS = {
  loginBegin: {
    body: code,
    response: { 200: closed({ session: text(64), issuer: text(512), nonce: text(64), clientName: text(360) }), ...problems },
  },
  loginFinish: {
    body: closed({ session: base64url(64), statement: base64url(8192), signature: base64url(86), assertion }),
    response: { 200: closed({ next: text(1024) }), ...problems },
  },
  approvalBegin: { body: code, response: { 200: closed({ ticket: { type: 'string' }, interaction: text(1024) }), ...problems } },
  requests: { response: { 200: closed({ requests: { type: 'array', items: waiting } }), ...problems } },
  requestRead: {
    params: closed({ id: base64url(64) }),
    body: closed({}),
    response: { 200: closed({ ticket: { type: 'string' } }), ...problems },
  },
  requestDecline: {
    params: closed({ id: base64url(64) }),
    body: closed({ reason: { anyOf: [{ type: 'string', maxLength: 1000 }, { type: 'null' }] } }, ['reason']),
    response: { 200: closed({}), ...problems },
  },
  logout: { body: closed({}), response: { 200: closed({}), ...problems } },
} as const;
