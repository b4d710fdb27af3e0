// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash, verify } from 'node:crypto';
import { test } from 'node:test';
import { connect, type SigningService, SigningServiceError } from '../src/index.ts';
import { CREDENTIAL_ID, type PlayedService, playService } from './played-service.ts';

const redirectUri = 'http://127.0.0.1:8406/callback';
const ECDSA = '1.2.840.10045.4.3.2';
const hash = (text: string): Uint8Array => createHash('sha256').update(text).digest();
const documents = ['one', 'two'].map((label) => ({ hash: hash(label), label }));
const request = { credentialId: CREDENTIAL_ID, documents, hashAlgorithm: 'SHA-256', signAlgo: ECDSA } as const;

async function withService(tokens: 'dpop' | 'bearer', use: (played: PlayedService, service: SigningService) => Promise<void>): Promise<void> {
  const played = await playService(tokens, redirectUri);
  try {
    await use(played, await connect({ baseUrl: played.baseUrl, clientId: 'example', privateKey: played.clientKey, redirectUri, tokens }));
  } finally {
    await played.close();
  }
}

const refusal = (code: string) => (error: unknown): boolean => error instanceof SigningServiceError && error.code === code;

for (const tokens of ['dpop', 'bearer'] as const) {
  test(`the whole way with ${tokens} tokens: log in, credentials, approval, signatures in one call and in parts`, () =>
    withService(tokens, async (played, service) => {
      const login = await service.login();
      const session = await login.finish(played.browse(login.url));
      assert.deepEqual((await session.credentials()).map(({ credentialID }) => credentialID), [CREDENTIAL_ID]);
      assert.equal((await session.credential(CREDENTIAL_ID)).multisign, 100);
      assert.deepEqual([...login.url.searchParams.keys()].sort(), ['client_id', 'request_uri'], 'everything else was pushed');

      const step = await service.authorize(request);
      const approval = await step.finish(new URL(played.browse(step.url)));
      const [details] = JSON.parse(played.pushed.at(-1)!['authorization_details']!) as Record<string, unknown>[];
      assert.deepEqual(details, {
        type: 'https://cloudsignatureconsortium.org/2025/credential', credentialID: CREDENTIAL_ID, numSignatures: 2, hashAlgorithmOID: '2.16.840.1.101.3.4.2.1',
        documentDigests: documents.map(({ hash, label }) => ({ hash: Buffer.from(hash).toString('base64'), label })),
      });
      const both = await approval.signHash(documents.map(({ hash }) => hash));
      const [second] = await approval.signHash([documents[1]!.hash]);
      for (const [i, signature] of [both[0]!, both[1]!, second!].entries()) assert.ok(verify('sha256', documents[Math.min(i, 1)]!.hash, played.certificateKey, signature));
    }));
}

test('the signer declines: access_denied with the reason', () =>
  withService('dpop', async (played, service) => {
    const step = await service.authorize(request);
    await assert.rejects(step.finish(played.browse(step.url, { declined: 'wrong document' })), (error: unknown) => refusal('access_denied')(error) && (error as SigningServiceError).description === 'wrong document');
  }));

test('a return that belongs to another request, or to nobody, is not accepted', () =>
  withService('dpop', async (played, service) => {
    const [mine, other] = [await service.authorize(request), await service.authorize(request)];
    const returned = played.browse(other.url);
    await assert.rejects(mine.finish(returned));
    await assert.rejects(mine.finish(`${redirectUri}?code=x&state=y`));
    await other.finish(returned);
    await assert.rejects(other.finish(returned), refusal('invalid_request'), 'a code is good once');
  }));

test('a busy service is asked again after as long as it says; a refusal is final', () =>
  withService('dpop', async (played, service) => {
    const step = await service.authorize(request);
    const approval = await step.finish(played.browse(step.url));
    played.trouble.push({ status: 503, body: { error: 'temporarily_unavailable' }, headers: { 'retry-after': '0.05' } });
    assert.equal((await approval.signHash([documents[0]!.hash])).length, 1);
    assert.deepEqual(played.calls[0]!.body, played.calls[1]!.body, 'the same call');
    const description = 'Hash is not authorized by the SAD';
    played.trouble.push({ status: 400, body: { error: 'invalid_request', error_description: description } });
    const refused = await approval.signHash([documents[0]!.hash]).catch((error: unknown) => error);
    assert.ok(refused instanceof SigningServiceError);
    assert.deepEqual([refused.code, refused.description, refused.status, refused.requestId], ['invalid_request', description, 400, 'request-1']);
    assert.equal(played.calls.length, 3);
  }));

test('a challenge in the header and an answer that is no JSON are errors of the service too', () =>
  withService('bearer', async (played, service) => {
    const step = await service.authorize(request);
    const approval = await step.finish(played.browse(step.url));
    played.trouble.push({ status: 401, body: { error: 'expired_token' }, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
    await assert.rejects(approval.signHash([documents[0]!.hash]), refusal('expired_token'));
    played.trouble.push({ status: 500, body: [] });
    await assert.rejects(approval.signHash([documents[0]!.hash]), refusal('server_error'));
    played.trouble.push({ status: 200, body: { signatures: [] } });
    await assert.rejects(approval.signHash([documents[0]!.hash]), refusal('signatures_count'));
  }));

test('nothing is sent in clear to another machine', async () => {
  const played = await playService('dpop', redirectUri);
  await played.close();
  await assert.rejects(connect({ baseUrl: 'http://sign.example/csc/v2', clientId: 'example', privateKey: played.clientKey, redirectUri, tokens: 'dpop' }), refusal('address_not_https'));
});
