// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openToken } from '@sigillo/crypto-module';
import { openHttpDoor } from '@sigillo/http';
import { sameBytes } from '@sigillo/standards/bytes';
import { fromPem, parseCertificate } from '@sigillo/standards/x509';
import { announceReady, linesToStandardOutput, monotonicMs, onStop, openLog, random, sha256 } from '@sigillo/wire';
import { openClock } from './clock.ts';
import { readTsaConfig } from './config.ts';
import { addTimeStampRoute, QUERY_BYTES_MAX } from './routes.ts';
import { TSA_ALGORITHM, TSA_KEY, tokenOptions } from './token.ts';

const config = readTsaConfig(process.argv[2]);
const log = openLog('tsa', linesToStandardOutput(), Date.now);
const token = openToken(tokenOptions(config));
const read = (name: string): Uint8Array => fromPem('CERTIFICATE', readFileSync(join(config.public, name), 'utf8'))[0]!;
const certificate = parseCertificate(read('tsa.pem'));
if (!sameBytes(certificate.spki, token.publicKey(TSA_KEY))) throw new Error('public/tsa.pem is not the certificate of the key in the token');

const unit = {
  certificate,
  chain: [read('issuing.pem')],
  policy: config.policy,
  accuracyMs: config.accuracyMs,
  algorithm: TSA_ALGORITHM,
  sign: (message: Uint8Array) => token.sign(TSA_KEY, TSA_ALGORITHM, message),
  sha256,
  random,
  clock: openClock(Date.now, monotonicMs),
};
const ready = (): string | undefined => {
  try {
    unit.clock.now();
    return undefined;
  } catch {
    return 'clock_jumped';
  }
};
const door = await openHttpDoor({ title: 'Sigillo TSA', version: '0.1.0', origins: [], bodyBytesMax: QUERY_BYTES_MAX, log, requestId: randomUUID, ready });
addTimeStampRoute(door, unit, log);
await door.listen({ host: '127.0.0.1', port: config.http.port });
onStop(async () => {
  await door.close();
  token.close();
});
announceReady();
