// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inTurn } from '../../generator/in-turn.ts';
import type { Measure } from '../../row.ts';

const PROGRAM = fileURLToPath(new URL('process.ts', import.meta.url));
/** As long as a credential token. */
const TOKEN = 'x'.repeat(700);
const WARM_SECONDS = 2;

/** Requests like those for one signature, as fast as four processes that do nothing but pass them on and sign. */
export async function measureChain(connections: number, seconds: number): Promise<Measure> {
  const folder = mkdtempSync(join(tmpdir(), 'sgc-'));
  const children: ChildProcess[] = [];
  const start = async (...words: readonly string[]): Promise<{ readonly port?: number }> => {
    const child = fork(PROGRAM, words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    children.push(child);
    const [said] = (await once(child, 'message')) as [{ readonly port?: number }];
    return said;
  };
  try {
    const [relay, ...signers] = ['relay', 'a', 'b'].map((name) => join(folder, name)) as [string, string, string];
    for (const path of signers) await start('signer', path);
    await start('relay', relay, ...signers);
    const { port } = await start('http', relay);
    return { name: `bare chain: HTTP, two links, sign and verify, ${connections} connections`, figure: await rate(port!, connections, seconds), unit: 'signatures/s' };
  } finally {
    for (const child of children) if (child.connected) child.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function rate(port: number, connections: number, seconds: number): Promise<number> {
  const body = JSON.stringify({ credentialID: '0'.repeat(32), hashes: [Buffer.alloc(32, 7).toString('base64')], hashAlgorithmOID: '2.16.840.1.101.3.4.2.1', signAlgo: '1.2.840.10045.4.3.2' });
  const head = [`POST / HTTP/1.1`, `host: 127.0.0.1:${port}`, `authorization: Bearer ${TOKEN}`, 'content-type: application/json', `content-length: ${body.length}`];
  const request = Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
  const asked = (forSeconds: number) =>
    inTurn({ ssaUrl: `http://127.0.0.1:${port}`, connections, count: Number.MAX_SAFE_INTEGER, seconds: forSeconds }, (connection, _at, done, failed) => connection.send(request, () => done(), failed));
  await asked(WARM_SECONDS);
  const { done, seconds: took } = await asked(seconds);
  return done / took;
}
