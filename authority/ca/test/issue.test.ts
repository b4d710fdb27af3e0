// SPDX-License-Identifier: Apache-2.0
// The CA with a real token, a real database and its HTTP door; OpenSSL looks at what comes out, where it is there.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openToken, type Token } from '@sigillo/crypto-module';
import { openHttpDoor, type HttpDoor } from '@sigillo/http';
import type { RevocationStatement } from '@sigillo/doors/sap';
import { verifyStatus } from '@sigillo/standards/ocsp';
import { parseCertificate, parseRevocationList, toPem, verifyIssuedBy } from '@sigillo/standards/x509';
import { digest, openLog, random, verifySignature } from '@sigillo/wire';
import pg from 'pg';
import { CA_ALGORITHM, caExtensions, ISSUING_NAME, issueAs, newSerialNumber, ROOT_NAME, statusAddresses, type SignAs } from '../src/authority.ts';
import { Certificates } from '../src/certificates.ts';
import { caHandlers } from '../src/door.ts';
import { issue, type Issuer } from '../src/issue.ts';
import { proveOrder } from '../src/order.ts';
import { addStatusRoutes } from '../src/routes.ts';
import { Status } from '../src/status.ts';
import { newCast, sha256, signedOrder, signedRevocation } from './played.ts';

interface TestDatabase {
  readonly url: string;
  readonly ownerUrl: string;
  close(): Promise<void>;
}
const fromHouse = (await import(new URL('../../../house/src/postgres/test-database.ts', import.meta.url).href)) as { openTestDatabase(owner: 'ca', folder: string): Promise<TestDatabase> };

const folder = mkdtempSync(join(tmpdir(), 'sigillo-ca-'));
const cast = newCast();
let database: TestDatabase;
let pool: pg.Pool;
let token: Token;
let issuer: Issuer;
let status: Status;
let door: HttpDoor;
let base: string;
const now = (): number => Date.now();
const nowSeconds = (): number => Math.floor(now() / 1000);

before(async () => {
  database = await fromHouse.openTestDatabase('ca', fileURLToPath(new URL('../migrations', import.meta.url)));
  pool = new pg.Pool({ connectionString: database.url, max: 4 });
  // An idle connection may hear of the end of the database before the pool has let it go.
  pool.on('error', () => undefined);
  const sealKeyFile = join(folder, 'seal.key');
  writeFileSync(sealKeyFile, randomBytes(32), { mode: 0o600 });
  token = openToken({ folder: join(folder, 'token'), sealKeyFile, create: true });
  const [rootKey, issuingKey] = [token.generate('root', 'P-256'), token.generate('issuing', 'P-256')];
  const signAs: SignAs = (key, message) => token.sign(key, CA_ALGORITHM, message);
  const log = openLog('ca', () => undefined, Date.now);
  door = await openHttpDoor({ title: 'ca', version: '1', origins: [], log, requestId: () => 'r', ready: () => undefined });
  const validity = { notBeforeMs: 1000 * (nowSeconds() - 3600), notAfterMs: 1000 * (nowSeconds() + 86_400 * 365) };
  const placeholderBase = 'http://127.0.0.1:1';
  const root = parseCertificate(await issueAs(signAs, 'root', { ...validity, serialNumber: newSerialNumber(random), subject: ROOT_NAME, spki: rootKey, extensions: caExtensions(rootKey, rootKey, 1) }));
  const issuing = parseCertificate(
    await issueAs(signAs, 'root', {
      ...validity, serialNumber: newSerialNumber(random), subject: ISSUING_NAME, spki: issuingKey, extensions: [...caExtensions(issuingKey, rootKey, 0), ...statusAddresses(placeholderBase, 'root')],
    }),
  );
  const certificates = new Certificates(pool, (data) => token.mac(data));
  status = new Status({ certificates, signAs, root, issuing, now });
  addStatusRoutes(door, { root, issuing, status });
  await door.listen({ host: '127.0.0.1', port: 0 });
  base = `http://127.0.0.1:${(door.server.address() as AddressInfo).port}`;
  issuer = { certificates, signAs, issuing, pins: cast.pins, baseUrl: base, now, random };
  writeFileSync(join(folder, 'root.pem'), toPem('CERTIFICATE', root.encoded));
  writeFileSync(join(folder, 'issuing.pem'), toPem('CERTIFICATE', issuing.encoded));
});
after(async () => {
  await door.close();
  await pool.end();
  await database.close();
  token.close();
  rmSync(folder, { recursive: true, force: true });
});

const order = (bends = {}): ReturnType<typeof proveOrder> => proveOrder(cast.pins, signedOrder(cast, nowSeconds(), bends), nowSeconds());

/** By the CA's door, as the SSA carries it. */
async function revokeCertificate(orderId: Uint8Array, encoded: Uint8Array, changes: Partial<RevocationStatement> = {}): Promise<Uint8Array> {
  const revocation = signedRevocation(cast, nowSeconds(), { revocation: { orderId, certificateHash: sha256(encoded), ...changes } });
  const { response } = await caHandlers(issuer, status).revoke({ revocation }, { caller: 'ssa', requestId: 'r', deadlineAt: Number.MAX_SAFE_INTEGER });
  return response;
}

function needsOpenssl(t: TestContext): boolean {
  if (spawnSync('openssl', ['version']).status === 0) return true;
  if (process.env['SIGILLO_FULL'] === '1') throw new Error('openssl is not here');
  t.skip('skipped: openssl is not here');
  return false;
}

test('an order becomes a certificate with what validators need', async (t) => {
  const proven = order();
  const certificate = parseCertificate(await issue(issuer, proven));
  verifyIssuedBy(certificate, issuer.issuing, verifySignature);
  assert.deepEqual([...certificate.extensions.keyUsage!], ['contentCommitment']);
  assert.deepEqual(certificate.extensions.ocspUrls, [`${base}/ocsp`]);
  assert.deepEqual(certificate.extensions.crlUrls, [`${base}/issuing.crl`]);
  assert.deepEqual(certificate.extensions.certificatePolicies, ['2.25.1']);
  assert.match(new X509Certificate(certificate.encoded).subject, /佐藤|O=Trial/);
  if (!needsOpenssl(t)) return;
  writeFileSync(join(folder, 'signer.pem'), toPem('CERTIFICATE', certificate.encoded));
  const chain = ['verify', '-x509_strict', '-CAfile', join(folder, 'root.pem'), '-untrusted', join(folder, 'issuing.pem'), join(folder, 'signer.pem')];
  assert.match(execFileSync('openssl', chain, { encoding: 'utf8' }), /OK/);
});

test('the same order gets the same certificate, also when many ask at once', async () => {
  const proven = order();
  const all = await Promise.all(Array.from({ length: 8 }, () => issue(issuer, proven)));
  const { rows } = await pool.query<{ count: string }>('select count(*) from certificate where order_id = $1', [Buffer.from(proven.order.orderId)]);
  assert.equal(rows[0]!.count, '1');
  assert.equal(new Set(all.map((one) => Buffer.from(parseCertificate(one).serialNumber).toString('hex'))).size, 1);
  assert.deepEqual(Buffer.from(await issue(issuer, proven)), Buffer.from(await issue(issuer, proven)));
});

test('another order under a used id is refused', async () => {
  const first = order();
  await issue(issuer, first);
  await assert.rejects(issue(issuer, order({ order: { orderId: first.order.orderId } })), { code: 'order_id_used' });
});

test('an intention that a crash left behind becomes the certificate that was meant', async () => {
  const proven = order();
  const failing: Issuer = {
    ...issuer,
    signAs: () => {
      throw new Error('the power went');
    },
  };
  await assert.rejects(issue(failing, proven), /power/);
  const intended = await issuer.certificates.byOrder(proven.order.orderId);
  assert.equal(intended?.state.status, 'intended');
  assert.deepEqual(Buffer.from(parseCertificate(await issue(issuer, proven)).tbs), Buffer.from(intended.tbs));
});

test('OCSP and the list say good, revoked and unknown; OpenSSL believes them', async (t) => {
  const proven = order();
  const certificate = parseCertificate(await issue(issuer, proven));
  if (!needsOpenssl(t)) return;
  const file = join(folder, 'asked.pem');
  writeFileSync(file, toPem('CERTIFICATE', certificate.encoded));
  // The responder answers from this process, so OpenSSL must not block it.
  const ask = async (path: string): Promise<string> => {
    execFileSync('openssl', ['ocsp', '-no_nonce', '-issuer', join(folder, 'issuing.pem'), '-cert', path, '-reqout', join(folder, 'q.der')], { stdio: 'ignore' });
    const answer = await fetch(`${base}/ocsp`, { method: 'POST', headers: { 'content-type': 'application/ocsp-request' }, body: readFileSync(join(folder, 'q.der')) });
    writeFileSync(join(folder, 'r.der'), Buffer.from(await answer.arrayBuffer()));
    const check = ['ocsp', '-respin', join(folder, 'r.der'), '-issuer', join(folder, 'issuing.pem'), '-cert', path, '-CAfile', join(folder, 'root.pem'), '-no_nonce'];
    const { stdout, stderr } = spawnSync('openssl', check, { encoding: 'utf8' });
    return stdout + stderr;
  };
  assert.match(await ask(file), /Response verify OK[\s\S]*: good|: good[\s\S]*Response verify OK/);
  await revokeCertificate(proven.order.orderId, certificate.encoded);
  assert.match(await ask(file), /: revoked/);
  const list = parseRevocationList(new Uint8Array(await (await fetch(`${base}/issuing.crl`)).arrayBuffer()));
  assert.ok(list.revoked.some(({ serialNumber, reason }) => Buffer.from(serialNumber).equals(certificate.serialNumber) && reason === 'keyCompromise'));
  writeFileSync(join(folder, 'issuing.crl'), Buffer.from(await (await fetch(`${base}/issuing.crl`)).arrayBuffer()));
  const { stderr } = spawnSync('openssl', ['crl', '-inform', 'DER', '-in', join(folder, 'issuing.crl'), '-CAfile', join(folder, 'issuing.pem'), '-noout'], { encoding: 'utf8' });
  assert.match(stderr, /verify OK/);
});

test('a revocation is answered by what OCSP says from then on; the same again finds it done, and nothing makes it good', async () => {
  const proven = order();
  const { orderId } = proven.order;
  const certificate = parseCertificate(await issue(issuer, proven));
  const about = { certificate, issuer: issuer.issuing };
  const saidBy = (response: Uint8Array): unknown => verifyStatus(response, about, { digest, verify: verifySignature }).certificateStatus;
  assert.deepEqual(saidBy(await status.about(certificate.serialNumber)), { status: 'good' });
  await status.list('issuing');
  const revokedAt = nowSeconds() - 10;
  const revoked = { status: 'revoked', revokedAtMs: revokedAt * 1000, reason: 'keyCompromise' };
  assert.deepEqual(saidBy(await revokeCertificate(orderId, certificate.encoded, { revokedAt })), revoked);
  // Also where it is told with another time afterwards.
  assert.deepEqual(saidBy(await revokeCertificate(orderId, certificate.encoded, { revokedAt: revokedAt + 5 })), revoked);
  assert.deepEqual(Buffer.from(await issue(issuer, proven)), Buffer.from(certificate.encoded));
  assert.deepEqual(saidBy(await status.about(certificate.serialNumber)), revoked);
  const list = parseRevocationList(await status.list('issuing'));
  assert.ok(list.revoked.some(({ serialNumber }) => Buffer.from(serialNumber).equals(certificate.serialNumber)), 'the list is a new one');
  for (const [id, encoded] of [[randomBytes(16), certificate.encoded], [orderId, randomBytes(100)]] as const)
    await assert.rejects(revokeCertificate(id, encoded), { code: 'revocation_certificate' });
});

test('an edited row is refused, not told', async () => {
  const certificate = parseCertificate(await issue(issuer, order()));
  const stored = await issuer.certificates.bySerial(certificate.serialNumber);
  await issuer.certificates.update({ ...stored!, state: { status: 'revoked', revokedAtMs: now(), reason: 'superseded' } });
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query("update certificate set status = 'good', revoked_at = null, reason = null where serial = $1", [Buffer.from(certificate.serialNumber)]);
  await owner.end();
  await assert.rejects(issuer.certificates.bySerial(certificate.serialNumber), { code: 'row_bad' });
});

test('the role of the service cannot delete what was issued', async () => {
  await assert.rejects(pool.query('delete from certificate'), /permission denied/);
  await assert.rejects(pool.query('drop table certificate'), /must be owner/);
});

test('bad questions get an answer of the protocol', async () => {
  const post = (body: Uint8Array<ArrayBuffer>, type = 'application/ocsp-request'): Promise<Response> => fetch(`${base}/ocsp`, { method: 'POST', headers: { 'content-type': type }, body });
  assert.deepEqual(new Uint8Array(await (await post(Uint8Array.of(1, 2, 3))).arrayBuffer()), Uint8Array.of(0x30, 3, 0x0a, 1, 1));
  assert.equal((await post(Uint8Array.of(1), 'text/html')).status, 415);
  assert.equal((await post(new Uint8Array(40_000))).status, 413);
  assert.equal((await fetch(`${base}/ocsp/not-base64!`)).status, 400);
  assert.equal((await fetch(`${base}/issuing.der`)).headers.get('content-type'), 'application/pkix-cert');
});
