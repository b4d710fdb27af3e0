// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openToken } from '@sigillo/crypto-module';
import { caDoor } from '@sigillo/doors/ca';
import { openHttpDoor } from '@sigillo/http';
import { sameBytes } from '@sigillo/standards/bytes';
import { fromPem, parseCertificate, verifyIssuedBy, type Certificate } from '@sigillo/standards/x509';
import {
  announceReady,
  linesToStandardOutput,
  monotonicMs,
  onStop,
  openLog,
  random,
  secretFile,
  serveLink,
  verifySignature,
} from '@sigillo/wire';
import pg from 'pg';
import { CA_ALGORITHM, type SignAs } from './authority.ts';
import { Certificates } from './certificates.ts';
import { readCaConfig } from './config.ts';
import { caHandlers } from './door.ts';
import { readPins } from './pins.ts';
import { addStatusRoutes, OCSP_REQUEST_BYTES_MAX } from './routes.ts';
import { Status } from './status.ts';

const config = readCaConfig(process.argv[2]);
const log = openLog('ca', linesToStandardOutput(), Date.now);
const token = openToken({ folder: config.token.folder, sealKeyFile: config.token.sealKey });
const certificateOf = (name: string): Certificate => parseCertificate(fromPem('CERTIFICATE', readFileSync(join(config.public, name), 'utf8'))[0]!);
const root = certificateOf('roots/root.pem');
const issuing = certificateOf('issuing.pem');
for (const [key, certificate] of [['root', root], ['issuing', issuing]] as const) {
  if (!sameBytes(certificate.spki, token.publicKey(key))) throw new Error(`the published ${key} certificate is not of the key in the token`);
}

const pool = new pg.Pool({ connectionString: Buffer.from(secretFile(config.database, 'database')).toString('utf8').trim(), max: 4, connectionTimeoutMillis: 5000, statement_timeout: 10_000 });
pool.on('error', (cause) => log.error('database_lost', { code: 'database' }, cause));
const certificates = new Certificates(pool, (data) => token.mac(data));
const signAs: SignAs = (key, message) => token.sign(key, CA_ALGORITHM, message);
const status = new Status({ certificates, signAs, root, issuing, now: Date.now });

await knowTimeStampingUnit();
const link = await serveLink({
  door: caDoor,
  name: 'ca',
  path: config.listen.socket,
  callers: Object.fromEntries(Object.entries(config.listen.callers).map(([name, path]) => [name, secretFile(path, `listen.callers.${name}`)])),
  handlers: caHandlers({ certificates, signAs, issuing, pins: readPins(config.public), baseUrl: config.baseUrl, now: Date.now, random }, status),
  log,
  random,
  monotonic: monotonicMs,
});
const door = await openHttpDoor({
  title: 'Sigillo CA',
  version: '0.1.0',
  origins: [],
  bodyBytesMax: OCSP_REQUEST_BYTES_MAX,
  log,
  requestId: randomUUID,
  ready: async () => {
    await pool.query('select 1');
    return undefined;
  },
});
addStatusRoutes(door, { root, issuing, status });
await door.listen({ host: '127.0.0.1', port: config.http.port });
onStop(async () => {
  await link.close();
  await door.close();
  await pool.end();
  token.close();
});
announceReady();

/** The TSA's certificate was made by genesis, before there was a database; from here on it is known like every other. */
async function knowTimeStampingUnit(): Promise<void> {
  if (config.tsaRequest === undefined) return;
  const certificate = certificateOf('tsa.pem');
  verifyIssuedBy(certificate, issuing, verifySignature);
  await certificates.intend({
    serial: certificate.serialNumber,
    orderId: null,
    orderHash: null,
    tbs: certificate.tbs,
    certificate: certificate.encoded,
    notAfterMs: certificate.notAfterMs,
    state: { status: 'good' },
  });
}
