// SPDX-License-Identifier: Apache-2.0
// Has the signer approve files and prints their signatures:  node sign-hash.ts [--bearer] FILE...
// KEY_FILE names the client's private key (JWK); SERVICE is the CSC address of the service; REDIRECT_URI is the client's registered address.
import { createHash, verify, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { type BrowserStep, connect } from '../src/index.ts';

const { values, positionals } = parseArgs({ options: { bearer: { type: 'boolean' }, parts: { type: 'boolean' } }, allowPositionals: true });
const tokens = values.bearer ? 'bearer' : 'dpop';
const redirectUri = process.env['REDIRECT_URI'] ?? 'http://127.0.0.1:8406/callback';
const service = await connect({
  baseUrl: process.env['SERVICE'] ?? 'http://127.0.0.1:8402/csc/v2',
  clientId: `example-${tokens}`,
  privateKey: JSON.parse(readFileSync(process.env['KEY_FILE'] ?? `var/clients/example-${tokens}.jwk.json`, 'utf8')),
  redirectUri,
  tokens,
});

const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const files = positionals.map((name) => ({ name, content: readFileSync(name) }));
const hashOf = (content: Uint8Array): Uint8Array => createHash('sha256').update(content).digest();

const session = await inBrowser('Log in', await service.login());
const credential = (await session.credentials()).find(({ key }) => key.status === 'enabled');
if (credential === undefined) throw new Error('the signer has no credential that can sign');

const documents = files.map(({ name, content }) => ({ hash: hashOf(content), label: name }));
const [signAlgo = ''] = credential.key.algo;
const approval = await inBrowser('Approve', await service.authorize({ credentialId: credential.credentialID, documents, hashAlgorithm: 'SHA-256', signAlgo }));
const calls = values.parts ? documents.map((document) => [document]) : [documents];
const signatures = [];
for (const call of calls) signatures.push(...(await approval.signHash(call.map(({ hash }) => hash))));

const certificate = new X509Certificate(Buffer.from(credential.cert.certificates![0]!, 'base64'));
for (const [i, { name, content }] of files.entries()) {
  if (!verify('sha256', content, certificate.publicKey, signatures[i]!)) throw new Error(`the signature of ${name} does not verify`);
  say(`${name}: ${Buffer.from(signatures[i]!).toString('base64')}`);
}

/** Prints the address for the signer's browser and waits until the browser comes back. */
async function inBrowser<T>(what: string, step: BrowserStep<T>): Promise<T> {
  say(`${what}: ${step.url.href}`);
  const returned = await new Promise<string>((resolve, reject) => {
    const server = createServer((request, response) => {
      if (!request.url?.startsWith('/callback?')) return void response.writeHead(404).end();
      response.end('You can close this window.', () => server.close());
      resolve(new URL(request.url, redirectUri).href);
    });
    server.on('error', reject).listen(Number(new URL(redirectUri).port), '127.0.0.1');
  });
  return step.finish(returned);
}
