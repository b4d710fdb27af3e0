// SPDX-License-Identifier: Apache-2.0
// One link of the bare chain, started by measure.ts:  node process.ts signer SOCKET | relay SOCKET SIGNER SIGNER | http RELAY
// The way of a signHash through four processes, and nothing of what they do on it: no token, no approval, no ticket, no record.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectLink, type Handlers, type Link, monotonicMs, openLog, serveLink } from '@sigillo/wire';
import { openSsl } from '../../by-address.ts';
import { type ChainDoor, chainDoor } from './door.ts';

const KEY = new Uint8Array(32);
const common = { door: chainDoor, name: 'chain', random: (length: number) => new Uint8Array(randomBytes(length)), monotonic: monotonicMs };

const [role, ...paths] = process.argv.slice(2);
process.on('disconnect', () => process.exit(0));
if (role === 'signer') await serve(paths[0]!, { sign: await signer() });
else if (role === 'relay') await serve(paths[0]!, { sign: relayTo(paths.slice(1).map(linkTo)) });
else process.send!({ port: await answerHttp(linkTo(paths[0]!)) });

function linkTo(path: string): Link<ChainDoor> {
  return connectLink({ ...common, path, key: KEY });
}

async function serve(path: string, handlers: Handlers<ChainDoor>): Promise<void> {
  await serveLink({ ...common, path, callers: { bench: KEY }, handlers, log: openLog('chain', (line) => process.stderr.write(line), Date.now) });
  process.send!({});
}

async function signer(): Promise<Handlers<ChainDoor>['sign']> {
  const { loadPrivateKey, loadPublicKey, signDigest, verifyDigest } = await openSsl();
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding: { format: 'der', type: 'spki' }, privateKeyEncoding: { format: 'der', type: 'pkcs8' } });
  const [privateKey, publicKey] = [loadPrivateKey(pair.privateKey, 'ec'), loadPublicKey(pair.publicKey)];
  const algorithm = { scheme: 'ecdsa', hash: 'sha256' } as const;
  return ({ digest }) => {
    const signature = signDigest(privateKey, algorithm, digest);
    verifyDigest(publicKey, algorithm, digest, signature);
    return { signature };
  };
}

function relayTo(signers: readonly Link<ChainDoor>[]): Handlers<ChainDoor>['sign'] {
  let turn = 0;
  return (request) => signers[turn++ % signers.length]!.call('sign', request, { requestId: '' });
}

async function answerHttp(relay: Link<ChainDoor>): Promise<number> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { hashes } = JSON.parse(Buffer.concat(parts).toString()) as { readonly hashes: readonly [string] };
      void relay.call('sign', { digest: Buffer.from(hashes[0], 'base64') }, { requestId: '' }).then(({ signature }) => {
        const body = JSON.stringify({ signatures: [Buffer.from(signature).toString('base64')] });
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
      });
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
