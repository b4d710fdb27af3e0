// SPDX-License-Identifier: Apache-2.0
// The first start of the IdP, by the ceremony: `node src/genesis.ts CONFIG.json`. Makes its signing key and its cookie keys, and publishes
// the public key.
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { toBase64url } from '@sigillo/standards/bytes';
import { random } from '@sigillo/wire';
import { readGenesisConfig } from './config.ts';
import { writeDurably } from './durable-file.ts';
import { readDeployment } from './public-files.ts';
import { COOKIE_KEYS_FILE, publishedJwk, SIGNING_KEY_FILE } from './signing-key.ts';

const config = readGenesisConfig(process.argv[2]);
for (const file of [SIGNING_KEY_FILE, COOKIE_KEYS_FILE]) {
  const path = join(config.stateFolder, file);
  if (existsSync(path)) throw new Error(`${path} exists: this IdP has its keys already`);
}
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
writeDurably(join(config.stateFolder, COOKIE_KEYS_FILE), 'create', JSON.stringify([toBase64url(random(32))]));
writeDurably(join(config.stateFolder, SIGNING_KEY_FILE), 'create', privateKey.export({ format: 'pem', type: 'pkcs8' }));
const published = { issuer: readDeployment(config.publicFolder).issuer, jwks: { keys: [publishedJwk(publicKey)] } };
writeDurably(join(config.publicFolder, 'idp.json'), 'replace', `${JSON.stringify(published, null, 2)}\n`, 0o644);
