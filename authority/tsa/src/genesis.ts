// SPDX-License-Identifier: Apache-2.0
// Run once, by the ceremony: makes the TSA's key in its own token and leaves a certification request for the CA.
import { existsSync, writeFileSync } from 'node:fs';
import { openToken } from '@sigillo/crypto-module';
import { assembleCertificationRequest, buildCertificationRequestInfo, encodeName } from '@sigillo/standards/x509';
import { TSA_ALGORITHM, TSA_KEY, tokenOptions } from './token.ts';
import { readTsaConfig } from './config.ts';

const config = readTsaConfig(process.argv[2]);
if (existsSync(config.request)) throw new Error('the TSA has its key already');
const token = openToken({ ...tokenOptions(config), create: true });
try {
  const spki = token.generate(TSA_KEY, 'P-256');
  const subject = encodeName([
    { type: 'organizationName', value: 'Sigillo' },
    { type: 'commonName', value: 'Sigillo time-stamping unit' },
  ]);
  const info = buildCertificationRequestInfo({ subject, spki });
  const request = assembleCertificationRequest(info, TSA_ALGORITHM, token.sign(TSA_KEY, TSA_ALGORITHM, info));
  writeFileSync(config.request, request, { flag: 'wx' });
} finally {
  token.close();
}
