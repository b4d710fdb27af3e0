// SPDX-License-Identifier: Apache-2.0
// An IdP whose database is away: programs are told when to ask again, and the signer's browser is sent to the page that says it in words.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { asUnavailable, DatabaseUnavailable } from '../src/database/unavailable.ts';
import { house } from './played/house.ts';
import { openOwnIdp } from './played/own-idp.ts';

const nowhere = join(house.home, 'nowhere.url');
writeFileSync(nowhere, `postgresql://idp:secret@${encodeURIComponent(join(house.home, 'nowhere'))}/idp`, { mode: 0o600 });
const issuer = await openOwnIdp('database-away', { databaseUrl: nowhere }, () => performance.now());

const form = (fields: Readonly<Record<string, string>>): RequestInit => ({ method: 'POST', body: new URLSearchParams(fields) });
const code = { client_id: 'sic', grant_type: 'authorization_code', code: 'A'.repeat(43), code_verifier: 'v'.repeat(43), redirect_uri: 'http://sign.localhost:8400/callback' };

for (const [name, path, init] of [
  ['a client', '/oauth2/token', form(code)],
  ['the page', '/signer/v1/login/begin', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code: 'A'.repeat(43) }) }],
] as const) {
  test(`${name} is told to ask again`, async () => {
    const answer = await fetch(`${issuer}${path}`, init);
    const said = (await answer.json()) as { readonly error?: string; readonly code?: string };
    assert.deepEqual([answer.status, answer.headers.get('retry-after'), said.error ?? said.code], [503, '1', 'temporarily_unavailable']);
  });
}

test('a browser on its way is sent to the page that says so', async () => {
  const request = { client_id: 'sic', response_type: 'code', scope: 'signer', resource: 'urn:sigillo:signer', redirect_uri: 'http://sign.localhost:8400/callback', code_challenge: 'c'.repeat(43), code_challenge_method: 'S256', state: 's' };
  const pushed = { client_id: 'example-dpop', request_uri: 'urn:ietf:params:oauth:request_uri:A1b2C3d4E5f6G7h8I9j0K' };
  for (const parameters of [request, pushed]) {
    const answer = await fetch(`${issuer}/oauth2/authorize?${new URLSearchParams(parameters).toString()}`, { redirect: 'manual', headers: { accept: 'text/html' } });
    assert.deepEqual([answer.status, answer.headers.get('location')], [303, 'http://sign.localhost:8400/error#code=temporarily_unavailable']);
  }
});

test('a statement that is wrong stays a fault of ours', async () => {
  const wrong = await house.database.run('no_such_table', 'select 1 from no_such_table', []).catch((cause: unknown) => cause);
  assert.ok(wrong instanceof Error && !(wrong instanceof DatabaseUnavailable));
  assert.ok(asUnavailable(Object.assign(new Error(''), { code: '57P01' })) instanceof DatabaseUnavailable);
  assert.ok(asUnavailable(Object.assign(new Error(''), { code: 'ECONNREFUSED' })) instanceof DatabaseUnavailable);
  assert.ok(asUnavailable(new Error('timeout exceeded when trying to connect')) instanceof DatabaseUnavailable);
});
