// SPDX-License-Identifier: Apache-2.0
// A home with many credentials, made with the SAM's own code while nothing of the home runs but its database.
// node population-process.ts OPTIONS (JSON)   ends with one line: the signers who can be asked.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLog } from '@sigillo/wire';
import { toBase64, toBase64url, toHex } from '@sigillo/standards/bytes';
import { openInstance, populate, processNames } from './by-address.ts';
import type { ToldMember } from './population.ts';

/** So many of them sign: spread over all of them, so that no cache holds just what is asked. */
const MEMBERS = 256;

interface SamConfig {
  readonly state: string;
  readonly public: string;
  /** Files, both. */
  readonly database: string;
  readonly ticketKey: string;
}
interface CryptoModuleConfig {
  readonly store: string;
  readonly sealKey: string;
}

interface Options {
  readonly home: string;
  readonly portBase: number;
  readonly credentials: number;
}

const { home, portBase, credentials } = JSON.parse(process.argv[2] ?? '') as Options;
const configOf = (name: string): unknown => JSON.parse(readFileSync(join(home, 'config', `${name}.json`), 'utf8'));
const log = openLog('house', () => undefined, Date.now);
const instance = await openInstance({ home, portBase: String(portBase), ownDatabaseServer: undefined, log, without: await processNames() });
try {
  const sam = configOf('sam') as SamConfig;
  const { store, sealKey } = configOf('crypto-module') as CryptoModuleConfig;
  const { members, seconds, journalBytes } = await populate({
    state: sam.state,
    public: sam.public,
    store,
    sealKey,
    ticketKey: readFileSync(sam.ticketKey),
    database: readFileSync(sam.database, 'utf8').trim(),
    credentials,
    members: Math.min(MEMBERS, credentials),
  });
  process.stderr.write(`${credentials} credentials in ${seconds.toFixed(0)} s, ${(journalBytes / 1_048_576).toFixed(0)} MiB of journal\n`);
  const told: ToldMember[] = members.map(({ signerId, keyId, spki, credentialId, passkeyPrivateKey }) => ({
    signerId: toHex(signerId),
    keyId: toHex(keyId),
    publicKey: toBase64(spki),
    passkey: { credentialId: toBase64url(credentialId), privateKey: toBase64url(passkeyPrivateKey) },
  }));
  process.stdout.write(`${JSON.stringify(told)}\n`);
} finally {
  await instance.stop();
}
