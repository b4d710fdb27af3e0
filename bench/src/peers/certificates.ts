// SPDX-License-Identifier: Apache-2.0
// A root, and a key with a certificate of it, in the forms in which programs of others take them. Made by openssl, for this run.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificates {
  readonly root: string;
  readonly certificate: string;
  readonly key: string;
  readonly pkcs12: string;
  readonly password: string;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'] as const;

/** Undefined where openssl is not here. */
export function makeCertificates(folder: string): Certificates | undefined {
  if (spawnSync('openssl', ['version']).error !== undefined) return undefined;
  const at = (name: string): string => join(folder, name);
  const made = { root: at('root.pem'), certificate: at('certificate.pem'), key: at('key.pem'), pkcs12: at('key.p12'), password: 'bench' };
  writeFileSync(at('extensions'), 'keyUsage = critical, digitalSignature, nonRepudiation\nsubjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n');
  openssl('req', '-x509', ...KEY, '-keyout', at('root.key'), '-out', made.root, '-days', '2', '-subj', '/CN=Root', '-addext', 'keyUsage = critical, keyCertSign, cRLSign');
  openssl('req', '-new', ...KEY, '-keyout', made.key, '-out', at('request.pem'), '-subj', '/CN=Signer');
  openssl('x509', '-req', '-in', at('request.pem'), '-CA', made.root, '-CAkey', at('root.key'), '-days', '1', '-extfile', at('extensions'), '-out', made.certificate);
  openssl('pkcs12', '-export', '-inkey', made.key, '-in', made.certificate, '-certfile', made.root, '-out', made.pkcs12, '-passout', `pass:${made.password}`);
  return made;
}

function openssl(...words: readonly string[]): void {
  const { status, stderr } = spawnSync('openssl', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${words[0] ?? ''}: ${stderr}`);
}
