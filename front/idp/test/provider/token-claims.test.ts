// SPDX-License-Identifier: Apache-2.0
// The moment between two of the library's steps: the token is made, and its grant or login has just ended.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccessToken, KoaContextWithOIDC } from 'oidc-provider';
import { tokenClaims, type ClaimSources } from '../../src/provider/token-claims.ts';

interface World {
  readonly granted: boolean;
  readonly loggedIn: boolean;
  readonly approved?: boolean;
}

async function make({ granted, loggedIn, approved = true }: World): Promise<{ readonly error: string | undefined; readonly steps: readonly string[]; readonly payload: object }> {
  const steps: string[] = [];
  const sources = {
    clients: { known: () => ({ tokenBinding: 'dpop' }) },
    approvals: { activationOf: () => Promise.resolve(approved ? { credentialId: 'c', handle: 'h' } : undefined) },
    tokens: { add: ({ jti }: { jti: string }) => Promise.resolve(void steps.push(`listed ${jti}`)), revoke: (jti: string) => Promise.resolve(void steps.push(`revoked ${jti}`)) },
    sessions: { lives: () => Promise.resolve(loggedIn) },
  } as unknown as ClaimSources;
  const find = (): Promise<object | undefined> => {
    steps.push('looked for the grant');
    return Promise.resolve(granted ? {} : undefined);
  };
  const ctx = { oidc: { provider: { Grant: { find } } } } as unknown as KoaContextWithOIDC;
  const token = { kind: 'AccessToken', jti: 't1', clientId: 'c', grantId: 'g', sessionUid: 's', accountId: 'a', jkt: 'k' } as unknown as AccessToken;
  const payload = { jti: 't1', scope: 'credential', client_id: 'c', exp: 9, authorization_details: [] };
  const error = await tokenClaims(sources)(ctx, token, { header: undefined, payload }).then(() => undefined, (cause: Error) => cause.message);
  return { error, steps, payload };
}

test('a token whose grant and login stand is listed before they are looked for', async () => {
  const { error, steps, payload } = await make({ granted: true, loggedIn: true });
  assert.equal(error, undefined);
  assert.deepEqual(steps, ['listed t1', 'looked for the grant']);
  assert.deepEqual(payload, { jti: 't1', scope: 'credential', client_id: 'c', exp: 9, handle: 'h', credentialID: 'c' });
});

test('a token whose grant or login has just ended is revoked and not given out', async () => {
  for (const world of [{ granted: false, loggedIn: true }, { granted: true, loggedIn: false }]) {
    const { error, steps } = await make(world);
    assert.equal(error, 'invalid_grant');
    assert.deepEqual(steps, ['listed t1', 'looked for the grant', 'revoked t1']);
  }
});

test('a credential token without an approval is not made', async () => {
  const { error, steps } = await make({ granted: true, loggedIn: true, approved: false });
  assert.equal(error, 'invalid_grant');
  assert.deepEqual(steps, []);
});
