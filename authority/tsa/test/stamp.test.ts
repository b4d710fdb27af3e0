// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openHttpDoor, type HttpDoor } from '@sigillo/http';
import { encodeTimeStampRequest, parseTimeStampResponse, verifyTimeStampResponse, type TimeStampRequest } from '@sigillo/standards/tsp';
import {
  assembleCertificate, basicConstraints, buildTbsCertificate, encodeName, extendedKeyUsage, keyIdentifier, keyUsage, parseCertificate, subjectKeyIdentifier, toPem, type Certificate,
} from '@sigillo/standards/x509';
import { digest, openLog, random, sha256, verifySignature } from '@sigillo/wire';
import { openClock } from '../src/clock.ts';
import { addTimeStampRoute } from '../src/routes.ts';
import type { TimeStampingUnit } from '../src/stamp.ts';

const ES256 = { scheme: 'ecdsa', hash: 'sha256' } as const;
const folder = mkdtempSync(join(tmpdir(), 'sigillo-tsa-'));
const rootKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const unitKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const root = certificateFor('root', rootKey.publicKey.export({ format: 'der', type: 'spki' }), true);
const certificate = certificateFor('unit', unitKey.publicKey.export({ format: 'der', type: 'spki' }), false);
let wall = Date.now();
let monotonic = 1000;
let door: HttpDoor;
let url: string;

function certificateFor(name: string, spki: Uint8Array, ca: boolean): Certificate {
  const identifier = subjectKeyIdentifier(keyIdentifier(spki, sha256));
  const extensions = ca ? [basicConstraints({ ca: true, pathLength: 0 }), keyUsage('keyCertSign'), identifier] : [keyUsage('digitalSignature'), extendedKeyUsage('timeStamping'), identifier];
  const tbs = buildTbsCertificate({
    serialNumber: randomBytes(8).map((byte, i) => (i === 0 ? (byte & 0x7f) | 1 : byte)), signatureAlgorithm: ES256, issuer: encodeName([{ type: 'commonName', value: 'root' }]),
    notBeforeMs: Date.now() - 3_600_000, notAfterMs: Date.now() + 3_600_000, subject: encodeName([{ type: 'commonName', value: name }]), spki, extensions,
  });
  return parseCertificate(assembleCertificate(tbs, ES256, sign('sha256', tbs, rootKey.privateKey)));
}

before(async () => {
  const unit: TimeStampingUnit = {
    certificate, chain: [], policy: '2.25.7', accuracyMs: 1000, algorithm: ES256, sign: (message) => sign('sha256', message, unitKey.privateKey), sha256, random,
    clock: openClock(() => wall, () => monotonic),
  };
  const log = openLog('tsa', () => undefined, Date.now);
  door = await openHttpDoor({ title: 'tsa', version: '1', origins: [], log, requestId: () => 'r', ready: () => undefined });
  addTimeStampRoute(door, unit, log);
  await door.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(door.server.address() as AddressInfo).port}/`;
});
after(async () => {
  await door.close();
  rmSync(folder, { recursive: true, force: true });
});

const request = (change: Partial<TimeStampRequest> = {}): TimeStampRequest => ({ imprint: { hash: 'sha256', digest: randomBytes(32) }, policy: null, nonce: Uint8Array.of(1, ...randomBytes(7)), certificateRequested: true, ...change });
async function ask(body: Uint8Array, type = 'application/timestamp-query'): Promise<{ readonly status: number; readonly bytes: Uint8Array }> {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body: Uint8Array.from(body) });
  return { status: answer.status, bytes: new Uint8Array(await answer.arrayBuffer()) };
}
async function failureOf(body: Uint8Array): Promise<string> {
  const response = parseTimeStampResponse((await ask(body)).bytes);
  return response.outcome === 'rejected' ? response.failures.join() : 'granted';
}
const trust = { anchors: [root], intermediates: [], verify: verifySignature, digest };

for (const hash of ['sha256', 'sha384', 'sha512'] as const) {
  test(`a token over ${hash} is what was asked for`, async () => {
    const asked = request({ imprint: { hash, digest: createHash(hash).update('x').digest() } });
    const { bytes } = await ask(encodeTimeStampRequest(asked));
    const proof = verifyTimeStampResponse(bytes, trust, { imprint: asked.imprint, nonce: asked.nonce, policy: null, certificateRequested: true });
    assert.equal(proof.genTimeMs, wall);
  });
}

test('OpenSSL accepts the response', async (t) => {
  if (spawnSync('openssl', ['version']).status !== 0) {
    if (process.env['SIGILLO_FULL'] === '1') throw new Error('openssl is not here');
    t.skip('skipped: openssl is not here');
    return;
  }
  const asked = encodeTimeStampRequest(request());
  writeFileSync(join(folder, 'q.tsq'), asked);
  writeFileSync(join(folder, 'r.tsr'), (await ask(asked)).bytes);
  writeFileSync(join(folder, 'root.pem'), toPem('CERTIFICATE', root.encoded));
  const { stdout, stderr } = spawnSync('openssl', ['ts', '-verify', '-queryfile', join(folder, 'q.tsq'), '-in', join(folder, 'r.tsr'), '-CAfile', join(folder, 'root.pem')], { encoding: 'utf8' });
  assert.match(stdout + stderr, /Verification: OK/);
});

test('every bad request gets its own failure, and the next good one works', async () => {
  assert.equal(await failureOf(encodeTimeStampRequest(request({ imprint: { hash: 'sha3-256', digest: randomBytes(32) } }))), 'badAlg');
  assert.equal(await failureOf(encodeTimeStampRequest(request({ policy: '1.2.3' }))), 'unacceptedPolicy');
  assert.equal(await failureOf(Uint8Array.of(0x30, 0x00)), 'badDataFormat');
  assert.equal(await failureOf(randomBytes(50)), 'badDataFormat');
  assert.equal((await ask(encodeTimeStampRequest(request()), 'text/plain')).status, 415);
  assert.equal((await ask(new Uint8Array(10_000))).status, 413);
  assert.equal(await failureOf(encodeTimeStampRequest(request())), 'granted');
});

test('serial numbers do not repeat', async () => {
  const tokens = await Promise.all(Array.from({ length: 20 }, async () => Buffer.from((await ask(encodeTimeStampRequest(request()))).bytes).toString('hex')));
  assert.equal(new Set(tokens).size, 20);
});

test('no time-stamp once the wall clock was set, however it was set back afterwards', async () => {
  wall += 5000;
  monotonic += 5000;
  assert.equal(await failureOf(encodeTimeStampRequest(request())), 'granted');
  wall -= 3000;
  assert.equal(await failureOf(encodeTimeStampRequest(request())), 'timeNotAvailable');
  wall += 3000;
  assert.equal(await failureOf(encodeTimeStampRequest(request())), 'timeNotAvailable');
});
