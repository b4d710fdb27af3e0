// SPDX-License-Identifier: Apache-2.0
// Run once, by the ceremony: makes root and issuing CA in this CA's own token, certifies the TSA, and publishes the three certificates.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openToken } from '@sigillo/crypto-module';
import {
  authorityKeyIdentifier,
  basicConstraints,
  extendedKeyUsage,
  keyIdentifier,
  keyUsage,
  parseCertificationRequest,
  subjectKeyIdentifier,
  toPem,
  verifyPossession,
} from '@sigillo/standards/x509';
import { random, sha256, verifySignature } from '@sigillo/wire';
import { CA_ALGORITHM, caExtensions, ISSUING_NAME, issueAs, newSerialNumber, ROOT_NAME, statusAddresses, type SignAs } from './authority.ts';
import { readCaConfig } from './config.ts';

const DAY_MS = 86_400_000;
const ROOT_DAYS = 3650;
const ISSUING_DAYS = 1825;
const TSA_DAYS = 1825;

const config = readCaConfig(process.argv[2]);
const publish = (name: string, certificate: Uint8Array): void => writeFileSync(join(config.public, name), toPem('CERTIFICATE', certificate), { flag: 'wx' });
if (existsSync(join(config.public, 'issuing.pem'))) throw new Error('the CA has its keys already');
mkdirSync(join(config.public, 'roots'), { recursive: true });

const token = openToken({ folder: config.token.folder, sealKeyFile: config.token.sealKey, create: true });
try {
  const rootKey = token.generate('root', 'P-256');
  const issuingKey = token.generate('issuing', 'P-256');
  const signAs: SignAs = (key, message) => token.sign(key, CA_ALGORITHM, message);
  // An hour of slack for machines whose clocks differ.
  const notBeforeMs = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;
  const validity = (days: number): { notBeforeMs: number; notAfterMs: number } => ({ notBeforeMs, notAfterMs: notBeforeMs + days * DAY_MS });

  publish('roots/root.pem', await issueAs(signAs, 'root', {
    ...validity(ROOT_DAYS), serialNumber: newSerialNumber(random), subject: ROOT_NAME, spki: rootKey, extensions: caExtensions(rootKey, rootKey, 1),
  }));
  publish('issuing.pem', await issueAs(signAs, 'root', {
    ...validity(ISSUING_DAYS),
    serialNumber: newSerialNumber(random),
    subject: ISSUING_NAME,
    spki: issuingKey,
    extensions: [...caExtensions(issuingKey, rootKey, 0), ...statusAddresses(config.baseUrl, 'root')],
  }));
  if (config.tsaRequest !== undefined) publish('tsa.pem', await certifyTsa(signAs, issuingKey, validity(TSA_DAYS), readFileSync(config.tsaRequest)));
} finally {
  token.close();
}

/** EN 319 422 section 6: critical extended key usage timeStamping, alone. */
async function certifyTsa(signAs: SignAs, issuingKey: Uint8Array, validity: { notBeforeMs: number; notAfterMs: number }, requestBytes: Uint8Array): Promise<Uint8Array> {
  const request = parseCertificationRequest(requestBytes);
  verifyPossession(request, verifySignature);
  return issueAs(signAs, 'issuing', {
    ...validity,
    serialNumber: newSerialNumber(random),
    subject: request.subject.encoded,
    spki: request.spki,
    extensions: [
      basicConstraints({ ca: false }),
      keyUsage('digitalSignature'),
      extendedKeyUsage('timeStamping'),
      subjectKeyIdentifier(keyIdentifier(request.spki, sha256)),
      authorityKeyIdentifier(keyIdentifier(issuingKey, sha256)),
      ...statusAddresses(config.baseUrl, 'issuing'),
    ],
  });
}
