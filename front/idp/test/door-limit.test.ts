// SPDX-License-Identifier: Apache-2.0
// An IdP with small limits: what one address may have before anyone is known, and what does not wait for it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openOwnIdp } from './played/own-idp.ts';

const BURST = 3;
let nowMs = 0;
const issuer = await openOwnIdp('limited', { burst: BURST, perMinute: 60 }, () => nowMs);

const PAGE = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"code":"a"}' };
const FORM = { method: 'POST', body: new URLSearchParams({ client_id: 'sic' }) };
const limited: readonly (readonly [string, RequestInit])[] = [
  ['/oauth2/authorize?client_id=sic', {}],
  ['/oauth2/pushed_authorize', FORM],
  ['/interaction/unknown', {}],
  ['/signer/v1/login/begin', PAGE],
  ['/signer/v1/login/finish', PAGE],
  ['/signer/v1/approval/begin', PAGE],
];

for (const [path, init] of limited) {
  test(`${path} is answered so often, then with 429 until there is room again`, async () => {
    const ask = (): Promise<Response> => fetch(`${issuer}${path}`, { redirect: 'manual', ...init });
    for (let i = 0; i < BURST; i++) assert.notEqual((await ask()).status, 429);
    const refused = await ask();
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '1']);
    assert.equal(((await refused.json()) as { code: string }).code, 'rate_limited');
    nowMs += 1000;
    assert.notEqual((await ask()).status, 429);
    assert.equal((await ask()).status, 429);
  });
}

test('what clients do with their keys, and what says who we are, is not counted', async () => {
  for (const [path, init] of [['/oauth2/token', FORM], ['/oauth2/jwks', {}], ['/.well-known/openid-configuration', {}], ['/readyz', {}]] as const) {
    for (let i = 0; i < 3 * BURST; i++) assert.notEqual((await fetch(`${issuer}${path}`, init)).status, 429, path);
  }
});
