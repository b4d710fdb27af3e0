// SPDX-License-Identifier: Apache-2.0
// The peer: one process that signs and verifies and does nothing else.  node process.ts sign|RSA-3072|ceremony SECONDS
// It says "ready" when its keys are there, begins at the first byte on its standard input, and ends with one line of JSON.
import { createPrivateKey, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { once } from 'node:events';
import { openSsl } from '../by-address.ts';

/** Between two looks at the clock. */
const AT_A_TIME = 16;
/** What a passkey signs: authenticator data and the hash of the client data. */
const ASSERTION_BYTES = 37 + 32;

const [what, seconds] = [process.argv[2], Number(process.argv[3])];
const { loadPrivateKey, loadPublicKey, signDigest, verifyDigest } = await openSsl();
const ENCODED = { publicKeyEncoding: { format: 'der', type: 'spki' }, privateKeyEncoding: { format: 'der', type: 'pkcs8' } } as const;
const pair = what === 'RSA-3072' ? generateKeyPairSync('rsa', { modulusLength: 3072, ...ENCODED }) : generateKeyPairSync('ec', { namedCurve: 'P-256', ...ENCODED });
const algorithm = { scheme: what === 'RSA-3072' ? 'rsa-pkcs1' : 'ecdsa', hash: 'sha256' } as const;
const [privateKey, publicKey] = [loadPrivateKey(pair.privateKey, what === 'RSA-3072' ? 'rsa' : 'ec'), loadPublicKey(pair.publicKey)];
const digests = Array.from({ length: AT_A_TIME }, () => randomBytes(32));
const passkey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const assertions = digests.map(() => {
  const data = randomBytes(ASSERTION_BYTES);
  return { data, signature: sign('sha256', data, createPrivateKey(passkey.privateKey.export({ format: 'pem', type: 'pkcs8' }))) };
});

function signAll(): void {
  for (const digest of digests) verifyDigest(publicKey, algorithm, digest, signDigest(privateKey, algorithm, digest));
}

function ceremonies(): void {
  for (const { data, signature } of assertions) if (!verify('sha256', data, passkey.publicKey, signature)) throw new Error('the assertion does not verify');
  signAll();
}

const work = what === 'ceremony' ? ceremonies : signAll;
work();
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const cpu = process.cpuUsage();
const started = performance.now();
let count = 0;
for (; performance.now() < started + seconds * 1000; count += AT_A_TIME) work();
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(`${JSON.stringify({ count, microseconds: user + system, seconds: (performance.now() - started) / 1000 })}\n`);
process.stdin.destroy();
