// SPDX-License-Identifier: Apache-2.0
// The developer's way, through the network only: service token, credentials, a pushed request, the signer's approval, signHash.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes, verify, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fromHex } from '@sigillo/standards/bytes';
import { ROOT } from '../../src/repository.ts';
import { approved, openApplication, redirectUriOf, request, type Application } from '../played/application.ts';
import { killAndWait, newSigner, theInstance, type Instance } from '../played/instance.ts';
import type { PlayedSigner } from '../played/signer.ts';
import { scratchFolder } from '../scratch.ts';

const documents = ['one.bin', 'two.bin', 'three.bin'].map((label) => {
  const content = randomBytes(100);
  return { label, content, hash: createHash('sha256').update(content).digest() };
});
const [one, two, three] = documents as [(typeof documents)[0], (typeof documents)[0], (typeof documents)[0]];

let shared: Promise<{ readonly instance: Instance; readonly signer: PlayedSigner; readonly application: Application }> | undefined;
/** One signer who has a key, and one application that may ask: for the tests that leave both as they are. */
function ready(): NonNullable<typeof shared> {
  shared ??= (async () => {
    const instance = await theInstance();
    const signer = await newSigner(instance);
    return { instance, signer, application: await openApplication(instance, signer) };
  })();
  return shared;
}

for (const tokens of ['dpop', 'bearer'] as const) {
  test(`the example of the SDK signs files (${tokens})`, async () => {
    const { instance, signer } = await ready();
    const folder = scratchFolder();
    const files = documents.map(({ label, content }) => {
      writeFileSync(join(folder, label), content);
      return join(folder, label);
    });
    const words = [join(ROOT, 'outside/sdk/examples/sign-hash.ts'), ...(tokens === 'bearer' ? ['--bearer', '--parts'] : []), ...files];
    const environment = { SERVICE: `${instance.addresses.ssaUrl}/csc/v2`, KEY_FILE: instance.layout.clientKey(`example-${tokens}`), REDIRECT_URI: redirectUriOf(instance) };
    const child = spawn(process.execPath, words, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    const signatures: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      const [what = '', url = ''] = line.split(/: (.*)/);
      if (what === 'Log in') await fetch(await signer.visit(url));
      else if (what === 'Approve') await fetch(await signer.approve(await signer.open(url)));
      else signatures.push(url);
    }
    assert.deepEqual(await ended, [0, null]);
    assert.equal(new Set(signatures).size, documents.length);
  });
}

test('one approval is used in one call or in several, each hash once, and its signatures verify with the certificate', async () => {
  const { signer, application } = await ready();
  const approval = await approved(application, signer, documents);
  const first = await approval.signHash([two.hash]);
  const rest = await approval.signHash([three.hash, one.hash]);
  assert.deepEqual(await approval.signHash([two.hash]), first, 'the same call again has the same answer');
  const certificate = new X509Certificate(Buffer.from(application.credential.cert.certificates![0]!, 'base64'));
  for (const [{ content }, signature] of [[two, first[0]!], [three, rest[0]!], [one, rest[1]!]] as const) assert.ok(verify('sha256', content, certificate.publicKey, signature));
  await assert.rejects(approval.signHash([one.hash, two.hash]), { code: 'invalid_request' });
});

/** So many files, each with its hash. */
const many = (count: number): (typeof documents) =>
  Array.from({ length: count }, (_, i) => {
    const content = randomBytes(100);
    return { label: `契約書 ${i + 1}.bin`, content, hash: createHash('sha256').update(content).digest() };
  });

function verifyAll({ credential }: Application, files: typeof documents, signatures: readonly Uint8Array[]): void {
  const { publicKey } = new X509Certificate(Buffer.from(credential.cert.certificates![0]!, 'base64'));
  assert.equal(signatures.length, files.length);
  files.forEach(({ content }, i) => assert.ok(verify('sha256', content, publicKey, signatures[i]!), `signature ${i + 1}`));
}

test('one approval for 250 files is used in parts of any order; another for 1,000 in one call, which is repeated', async () => {
  const { signer, application } = await ready();
  assert.equal(application.credential.multisign, 1000);
  const files = many(250);
  const approval = await approved(application, signer, files);
  const parts = [files.slice(150), files.slice(0, 100), files.slice(100, 150).reverse()];
  for (const part of parts) verifyAll(application, part, await approval.signHash(part.map(({ hash }) => hash)));
  await assert.rejects(approval.signHash(parts[0]!.slice(0, 2).map(({ hash }) => hash)), { name: 'SigningServiceError', status: 400 });
  const thousand = many(1000);
  const list = thousand.map(({ hash }) => hash);
  const whole = await approved(application, signer, thousand);
  await assert.rejects(whole.signHash(list.with(100, list[101]!)), { name: 'SigningServiceError', status: 400 });
  const signatures = await whole.signHash(list);
  verifyAll(application, thousand, signatures);
  assert.deepEqual(await whole.signHash(list), signatures, 'the same call again has the same answer');
  const [released] = (await signer.history()).entries.filter(({ event }) => event === 'released');
  assert.deepEqual(released?.names, thousand.map(({ label }) => label));
});

test('what was not approved is not signed, and refusing it spends nothing', async () => {
  const { signer, application } = await ready();
  const approval = await approved(application, signer, [one]);
  await assert.rejects(approval.signHash([two.hash]), { name: 'SigningServiceError', status: 400 });
  await assert.rejects(approval.signHash([one.hash, one.hash]), { name: 'SigningServiceError', status: 400 });
  assert.equal((await approval.signHash([one.hash])).length, 1);
});

test('nobody can be asked to sign with the key of another', async () => {
  const { instance, application } = await ready();
  const other = await newSigner(instance);
  const opened = await other.open((await request(application, [one])).url);
  const asked = other.passkey.assertions;
  await assert.rejects(other.approve(opened), { name: 'Refused', code: 'unknown_key' });
  assert.equal(other.passkey.assertions, asked, 'no passkey was asked');
});

test('a refusal with its reason reaches the application, and nothing is signed', async () => {
  const { signer, application } = await ready();
  const before = (await signer.history()).entries.filter(({ event }) => event === 'released').length;
  const asked = signer.passkey.assertions;
  const step = await request(application, [one]);
  const returned = await signer.decline(await signer.open(step.url), 'wrong amount');
  await assert.rejects(step.finish(returned), { code: 'access_denied', description: /wrong amount/ });
  assert.equal(signer.passkey.assertions, asked);
  assert.equal((await signer.history()).entries.filter(({ event }) => event === 'released').length, before);
});

test('freezing the key stops what was approved already, and what is asked afterwards', async () => {
  const { instance } = await ready();
  const signer = await newSigner(instance);
  const application = await openApplication(instance, signer);
  const approval = await approved(application, signer, [one, two]);
  await approval.signHash([one.hash]);
  assert.equal(await signer.freeze(fromHex(application.credential.credentialID)), 'frozen');
  await assert.rejects(approval.signHash([two.hash]), { name: 'SigningServiceError' });
  const { keys, entries } = await signer.history();
  assert.equal(keys[0]?.state, 'suspended');
  assert.deepEqual(entries.filter(({ event }) => event === 'released').length, 1);
  assert.equal((await application.session.credential(application.credential.credentialID)).key.status, 'disabled');
});

test('a process that dies comes back, and a SAM that died has forgotten what was only approved', async () => {
  const { instance, signer, application } = await ready();
  const approval = await approved(application, signer, [one]);
  for (const name of ['ssa', 'crypto-module', 'sam']) await killAndWait(instance, name);
  await assert.rejects(approval.signHash([one.hash]), { name: 'SigningServiceError' });
  const next = await approved(application, signer, [one]);
  assert.equal((await next.signHash([one.hash])).length, 1);
});
