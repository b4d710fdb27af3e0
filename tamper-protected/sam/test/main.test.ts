// SPDX-License-Identifier: Apache-2.0
// The process itself, under Node's permission model, with the rights that the house gives it: its own folder, its keys, sockets, and no
// native library.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { samDoor } from '@sigillo/doors/sam';
import { connectLink, monotonicMs } from '@sigillo/wire';
import { openWorld, ready, type World } from './played/world.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const random = (length: number): Uint8Array => randomBytes(length);

/** Writes a configuration over the files of a world and starts the program of this room. */
function start(
  world: World,
  change: Readonly<Record<string, unknown>> = {},
): { readonly child: ChildProcess; readonly socket: string; readonly key: Uint8Array; readonly said: () => string } {
  const at = (name: string): string => join(world.folder, name);
  const secret = (name: string, content: string | Uint8Array): string => {
    writeFileSync(at(name), content, { mode: 0o600 });
    return at(name);
  };
  const key = randomBytes(32);
  mkdirSync(at('state'), { recursive: true });
  mkdirSync(at('run'), { recursive: true });
  const socket = join(at('run'), 'sam.sock');
  const config = at('sam.json');
  writeFileSync(
    config,
    JSON.stringify({
      listen: { socket, callers: { ssa: secret('ssa.key', key) } },
      cryptoModule: { mode: 'internal', store: at('module'), sealKey: at('seal.key') },
      ticketKey: secret('ticket.key', randomBytes(32)),
      state: at('state'),
      database: secret('database.url', world.tables.url),
      public: at('public'),
      ...change,
    }),
  );
  const reads = [
    root,
    ...['public', 'state', 'run', 'module', 'seal.key', 'ssa.key', 'ticket.key', 'database.url', 'sam.json'].map((name) =>
      realpathSync(at(name)),
    ),
  ];
  const writes = ['state', 'run', 'module'].map((name) => realpathSync(at(name)));
  const flags = [
    '--permission',
    '--allow-net',
    '--allow-addons',
    ...reads.map((path) => `--allow-fs-read=${path}`),
    ...writes.map((path) => `--allow-fs-write=${path}`),
  ];
  const child = spawn(process.execPath, [...flags, fileURLToPath(new URL('../src/main.ts', import.meta.url)), config], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout!.on('data', (part) => (said += String(part)));
  child.stderr!.on('data', (part) => (said += String(part)));
  return { child, socket, key, said: () => said };
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}

suite('the process', () => {
  test('starts, answers, stops when told, and starts again on its journal', async () => {
    const world = await openWorld();
    try {
      await world.sam.close();
      await world.tables.asOwner('truncate signer, authenticator, signing_key, client, officer, enrolment, subject_key, state_key, journal_copy');
      for (const record of [2, 4]) {
        const { child, socket, key } = start(world);
        await ready(child);
        const link = connectLink({ door: samDoor, name: 'sam', path: socket, key, random, monotonic: monotonicMs });
        const status = await link.call('status', {}, { requestId: 'test' });
        assert.equal(status.serving, true);
        assert.equal(status.record, record);
        link.close();
        child.kill('SIGTERM');
        assert.equal(await ended(child), 0);
      }
      assert.ok(existsSync(join(world.folder, 'state', 'journal', 'journal-00000001')));
      rmSync(join(world.folder, 'state', 'journal'), { recursive: true });
      const refusing = start(world);
      assert.equal(await ended(refusing.child), 1);
      assert.match(refusing.said(), /journal_behind_copy/);
    } finally {
      await world.close();
    }
  });

  test('an unknown key in the configuration stops the start with its name', async () => {
    const world = await openWorld();
    try {
      const { child, said } = start(world, { surprise: true });
      assert.equal(await ended(child), 1);
      assert.match(said(), /unknown key surprise/);
    } finally {
      await world.close();
    }
  });
});
