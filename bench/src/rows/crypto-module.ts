// SPDX-License-Identifier: Apache-2.0
// The crypto module as the process that it is, asked through its link by somebody who holds the SAM's two keys.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type CryptoModuleDoor, cryptoModuleDoor, TICKET_TAG, ticketBody } from '@sigillo/doors/crypto-module';
import { encode } from '@sigillo/doors/schema';
import { HASHES, signatureAlgorithmParts } from '@sigillo/standards/algorithms';
import { connectLink, type Link, monotonicMs } from '@sigillo/wire';
import type { Bare } from '../bare/measure.ts';
import { type ProcessRow, processRows, ROOT } from '../by-address.ts';
import { perSecond, rateOf } from '../rate.ts';
import type { Row } from '../row.ts';

const CALLS_AT_ONCE = { 1: 16, 50: 4 } as const;
const TICKET_MS = 25_000;
const context = { requestId: 'bench' };

interface Module {
  readonly link: Link<CryptoModuleDoor>;
  readonly ticketKey: Uint8Array;
  close(): Promise<void>;
}

export async function measureCryptoModule(bare: Bare, seconds: number): Promise<Row[]> {
  const module = await open();
  try {
    return [await measure(module, 50, bare, seconds), await measure(module, 1, bare, seconds)];
  } finally {
    await module.close();
  }
}

async function measure(module: Module, perCall: keyof typeof CALLS_AT_ONCE, bare: Bare, seconds: number): Promise<Row> {
  const { link } = module;
  const keyId = randomBytes(16);
  const { wrapped, publicKey } = await link.call('generate', { keyId, algorithm: 'P-256' }, context);
  const { bootNonce, signatures: before } = await link.call('info', {}, context);
  const tickets = ticketMaker({ keyId, publicKey, bootNonce, ticketKey: module.ticketKey });
  const work = async (): Promise<number> => (await link.call('sign', { wrapped, tickets: tickets(perCall), keepUntil: 0 }, context)).signatures.length;
  const rate = await rateOf(work, { seconds, atOnce: CALLS_AT_ONCE[perCall] });
  const { signatures } = await link.call('info', {}, context);
  if (signatures - before !== rate.count) throw new Error('the module counted other signatures than those it gave');
  const name = `crypto module, ${perCall} ${perCall === 1 ? 'ticket' : 'tickets'} a call`;
  return { name, figure: perSecond(rate), unit: 'signatures/s', ...rate, against: [bare.oneProcess] };
}

function ticketMaker(of: { readonly keyId: Uint8Array; readonly publicKey: Uint8Array; readonly bootNonce: Uint8Array; readonly ticketKey: Uint8Array }) {
  const { oid, parameters } = signatureAlgorithmParts({ scheme: 'ecdsa', hash: 'sha256' });
  const { keyId, publicKey, bootNonce, ticketKey } = of;
  return (count: number): { readonly body: Uint8Array; readonly mac: Uint8Array }[] => {
    const operation = randomBytes(32);
    const digests = randomBytes(32 * count);
    return Array.from({ length: count }, (_, index) => {
      const body = encode(ticketBody, {
        version: 1, bootNonce, epoch: 1, operation, index, keyId, publicKey, signatureAlgorithm: oid, signatureParameters: parameters,
        hashAlgorithm: HASHES.sha256.oid, digest: digests.subarray(32 * index, 32 * (index + 1)), expires: monotonicMs() + TICKET_MS,
      });
      return { body, mac: createHmac('sha256', ticketKey).update(`${TICKET_TAG}\0`).update(body).digest() };
    });
  };
}

/** Made by its genesis and started with the rights that the house gives it. */
async function open(): Promise<Module> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sgb-')));
  const at = (name: string): string => join(folder, name);
  const keys = { sam: randomBytes(32), ticket: randomBytes(32), seal: randomBytes(32) };
  for (const [name, bytes] of Object.entries(keys)) writeFileSync(at(`${name}.key`), bytes, { mode: 0o600 });
  for (const name of ['store', 'public', 'run']) mkdirSync(at(name));
  const listen = { socket: at('run/cm.sock'), callers: { sam: at('sam.key') } };
  writeFileSync(at('config.json'), JSON.stringify({ listen, store: at('store'), sealKey: at('seal.key'), ticketKey: at('ticket.key'), public: at('public') }));
  const child = await start(folder).catch((cause: unknown) => {
    rmSync(folder, { recursive: true, force: true });
    throw cause;
  });
  const link = connectLink({ door: cryptoModuleDoor, name: 'crypto-module', path: at('run/cm.sock'), key: keys.sam, random: (length) => randomBytes(length), monotonic: monotonicMs });
  return {
    link,
    ticketKey: keys.ticket,
    close: async () => {
      const exit = once(child, 'exit');
      link.close();
      child.stdin!.end();
      await exit;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function start(folder: string): Promise<ChildProcess> {
  const { nodeArguments, environmentOf } = await processRows();
  const at = (name: string): string => join(folder, name);
  const program = (name: string): string => join(ROOT, `tamper-protected/crypto-module/src/${name}.ts`);
  const row: ProcessRow = {
    name: 'crypto-module', program: program('main'), arguments: [at('config.json')], reads: ['config.json', 'sam.key', 'ticket.key', 'seal.key'].map(at), writes: ['store', 'run'].map(at),
    network: true, addons: true, compileCache: undefined,
  };
  const env = environmentOf(row);
  const genesis = nodeArguments({ ...row, program: program('genesis'), writes: ['store', 'public', 'run'].map(at) });
  if (spawnSync(process.execPath, genesis, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) throw new Error('the crypto module could not be made');
  const child = spawn(process.execPath, nodeArguments(row), { env, stdio: ['pipe', 'ignore', 'inherit', 'pipe'] });
  const [said] = (await Promise.race([once(child.stdio[3] as Readable, 'data'), once(child, 'exit')])) as [unknown];
  if (!Buffer.isBuffer(said)) throw new Error('the crypto module did not start');
  return child;
}
