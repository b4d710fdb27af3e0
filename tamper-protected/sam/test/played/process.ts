// SPDX-License-Identifier: Apache-2.0
// The program of this room as a process of its own, over the files of a world, with the permission flags that the house gives it.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { World } from './world.ts';

export interface SamProcess {
  readonly child: ChildProcess;
  readonly socket: string;
  readonly key: Uint8Array;
  readonly said: () => string;
}

export interface ProcessOptions {
  /** Keys of the configuration that are others. */
  readonly change?: Readonly<Record<string, unknown>>;
  /** Words before the program. */
  readonly under?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export function startProcess(world: World, { change = {}, under = [], environment = {} }: ProcessOptions = {}): SamProcess {
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
  const names = ['public', 'state', 'run', 'module', 'seal.key', 'ssa.key', 'ticket.key', 'database.url', 'sam.json'];
  const reads = [root, ...names.map((name) => realpathSync(at(name)))];
  const writes = ['state', 'run', 'module'].map((name) => realpathSync(at(name)));
  const flags = ['--permission', '--allow-net', '--allow-addons', ...reads.map((path) => `--allow-fs-read=${path}`), ...writes.map((path) => `--allow-fs-write=${path}`)];
  const words = [...under, process.execPath, ...flags, program, config];
  const child = spawn(words[0]!, words.slice(1), { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
  let said = '';
  child.stdout!.on('data', (part) => (said += String(part)));
  child.stderr!.on('data', (part) => (said += String(part)));
  return { child, socket, key, said: () => said };
}

export function ended(child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode ?? child.signalCode);
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
}
