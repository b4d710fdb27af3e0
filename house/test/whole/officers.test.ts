// SPDX-License-Identifier: Apache-2.0
// Officers stop keys by the command that a person gives, while applications and signers are at work.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { sameBytes } from '@sigillo/standards/bytes';
import { encodeCertificateId, encodeOcspRequest, verifyStatus, type CertificateStatus } from '@sigillo/standards/ocsp';
import { parseCertificate, parseRevocationList, publicKeyBits } from '@sigillo/standards/x509';
import { digest, verifySignature } from '@sigillo/wire';
import { ROOT } from '../../src/repository.ts';
import { approved, openApplication } from '../played/application.ts';
import { newSigner, theInstance, type Instance } from '../played/instance.ts';
import { eventually } from '../scratch.ts';

interface Ended {
  readonly status: number | null;
  readonly said: string;
}

async function officers({ layout }: Instance, ...words: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [join(ROOT, 'house/src/sigillo.ts'), 'officers', ...words, '--home', layout.home]);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [out, err, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { status, said: out + err };
}

/** What the CA answers to a stranger. */
async function statusOf({ addresses }: Instance, chain: readonly string[]): Promise<CertificateStatus> {
  const [certificate, issuer] = chain.map((der) => parseCertificate(Buffer.from(der, 'base64')));
  const named = { name: issuer!.subject.encoded, keyBits: publicKeyBits(issuer!.spki) };
  const question = encodeOcspRequest({ certificateIds: [encodeCertificateId('sha1', named, certificate!.serialNumber, digest)], nonce: null });
  const answer = await fetch(`${addresses.caUrl}/ocsp`, { method: 'POST', headers: { 'content-type': 'application/ocsp-request' }, body: question });
  const response = new Uint8Array(await answer.arrayBuffer());
  return verifyStatus(response, { certificate: certificate!, issuer: issuer! }, { digest, verify: verifySignature }).certificateStatus;
}

const document = (label: string): { readonly label: string; readonly hash: Uint8Array } => ({ label, hash: createHash('sha256').update(randomBytes(20)).digest() });

test('one officer suspends a key, two revoke it: nothing approved is signed any more, the signer reads who it was, and the certificate is revoked', async () => {
  const instance = await theInstance();
  const signer = await newSigner(instance);
  const application = await openApplication(instance, signer);
  const { credentialID } = application.credential;
  const [one, two] = [document('one'), document('two')];
  const approval = await approved(application, signer, [one, two]);
  await approval.signHash([one.hash]);

  const suspended = await officers(instance, 'suspend', credentialID);
  assert.match(suspended.said, new RegExp(`^The key ${credentialID} of .*CN=Ada Lovelace.* is frozen \\(record \\d+\\)\\. No signature with it can start any more\\.\\n$`));
  assert.equal(suspended.status, 0);
  await assert.rejects(approval.signHash([two.hash]), { name: 'SigningServiceError' });
  assert.equal((await application.session.credential(credentialID)).key.status, 'disabled');

  const chain = application.credential.cert.certificates!;
  assert.equal((await statusOf(instance, chain)).status, 'good');
  const revoked = await officers(instance, 'revoke', credentialID, '--reason', 'keyCompromise');
  assert.match(revoked.said, /is revoked \(record \d+\)/);
  const { keys, entries } = await signer.history();
  assert.equal(keys[0]?.state, 'revoked');
  assert.deepEqual(entries.filter(({ event }) => event === 'frozen' || event === 'revoked').map(({ event, code }) => `${event} ${code}`), ['revoked officer', 'frozen officer']);
  assert.equal((await application.session.credential(credentialID)).key.status, 'disabled');
  await eventually('the CA says that the certificate is revoked', async () => (await statusOf(instance, chain)).status === 'revoked', 10_000);
  assert.deepEqual({ ...(await statusOf(instance, chain)), revokedAtMs: 0 }, { status: 'revoked', revokedAtMs: 0, reason: 'keyCompromise' });
  const list = parseRevocationList(new Uint8Array(await (await fetch(`${instance.addresses.caUrl}/issuing.crl`)).arrayBuffer()));
  const { serialNumber } = parseCertificate(Buffer.from(chain[0]!, 'base64'));
  assert.ok(list.revoked.some((entry) => sameBytes(entry.serialNumber, serialNumber) && entry.reason === 'keyCompromise'));
  // The signer's own freeze changes nothing of that.
  await signer.freeze(Buffer.from(credentialID, 'hex'));
  assert.equal((await signer.history()).keys[0]?.state, 'revoked');
});

test('what is no command, and a key that is none', async () => {
  const instance = await theInstance();
  for (const words of [['suspend'], ['thaw', '0'.repeat(32)], ['suspend', 'x'], ['revoke', '0'.repeat(32), '--reason', 'because']]) {
    const { status, said } = await officers(instance, ...words);
    assert.equal(status, 2);
    assert.match(said, /officers revoke KEY/);
  }
  const { status, said } = await officers(instance, 'suspend', '0'.repeat(32));
  assert.deepEqual([status, said], [1, 'The key was not stopped: the officer door refused (unknown_key)\n']);
});
