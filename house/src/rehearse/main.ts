// SPDX-License-Identifier: Apache-2.0
// npm run rehearse -- IN.pdf OUT.pdf [--roots DIR] [--at URL] [--then 'COMMAND']
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openLog } from '@sigillo/wire';
import { HouseError } from '../error.ts';
import { openBrowser, SIZES } from './browser.ts';
import { RehearsalError } from './error.ts';
import { openOwnInstance } from './own-instance.ts';
import { rehearse, timed, type Step } from './run.ts';

// oxlint-disable-next-line unicorn/no-thenable -- the name of an option; nobody awaits this table.
const OPTIONS = { roots: { type: 'string' }, at: { type: 'string' }, then: { type: 'string' } } as const;
const USAGE = `npm run rehearse -- IN.pdf OUT.pdf [--roots DIR] [--at URL] [--then 'COMMAND']

Signs IN.pdf as a person would, in headless Chromium with a virtual passkey: sign up, log in, read, approve, download, delete, history, freeze, sign out.
  --roots DIR       writes the trust anchors to DIR/roots.pem
  --at URL          the page of an instance that runs; without it one is started for this run alone
  --then 'COMMAND'  run by the shell while the instance still answers, with $OUT (the signed file) and $ROOTS (the PEM file) in its environment
`;

// npm changes to the root of the repository; a path that a person gave is meant from where they stand.
const from = process.env['INIT_CWD'] ?? process.cwd();
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const ends: (() => Promise<void>)[] = [];
let ending: Promise<void> | undefined;

interface Wishes {
  readonly input: string;
  readonly output: string;
  readonly roots: string;
  readonly at: string | undefined;
  readonly command: string | undefined;
}

function wishes(): Wishes | undefined {
  try {
    const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
    const [input, output, ...more] = positionals.map((path) => resolve(from, path));
    if (input === undefined || output === undefined || more.length > 0) return undefined;
    const folder = values.roots === undefined ? passingFolder() : resolve(from, values.roots);
    return { input, output, roots: join(folder, 'roots.pem'), at: values.at === undefined ? undefined : new URL(values.at).origin, command: values.then };
  } catch (cause) {
    if (cause instanceof TypeError) return undefined;
    throw cause;
  }
}

async function main(asked: Wishes): Promise<void> {
  if (!existsSync(asked.input)) throw new RehearsalError('page_refused', `there is no file ${asked.input}`);
  const step = timed(tell);
  const signOrigin = asked.at ?? (await step('start an instance of its own', startInstance));
  const browser = await openBrowser();
  ends.push(() => browser.close());
  const { roots } = await rehearse({ browser, signOrigin, input: asked.input, output: asked.output, size: SIZES.desktop, language: 'en', onStep: tell });
  mkdirSync(join(asked.roots, '..'), { recursive: true });
  writeFileSync(asked.roots, roots.join(''));
  if (asked.command !== undefined) await step('then', () => run(asked.command!, asked));
  say(`signed: ${asked.output}`);
}

async function startInstance(): Promise<string> {
  const instance = await openOwnInstance(openLog('house', () => undefined, Date.now));
  ends.push(() => instance.stop());
  return instance.addresses.signOrigin;
}

async function run(command: string, { output, roots }: Wishes): Promise<void> {
  const child = spawn('/bin/sh', ['-c', command], { cwd: from, stdio: 'inherit', env: { ...process.env, OUT: output, ROOTS: roots } });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (code !== 0) throw new RehearsalError('command_failed', `the command ended with ${signal ?? code}`);
}

function tell({ name, milliseconds }: Step): void {
  say(`${String(Math.round(milliseconds)).padStart(7)} ms  ${name}`);
}

function passingFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sigillo-roots-'));
  ends.push(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Ends what was started, the last first; asked twice it does so once. */
function end(): Promise<void> {
  ending ??= (async () => {
    for (const one of ends.toReversed()) await one();
  })();
  return ending;
}

const asked = wishes();
if (asked === undefined) {
  process.stderr.write(USAGE);
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end().finally(() => process.exit(130)));
let failed = false;
try {
  await main(asked);
} catch (cause) {
  failed = true;
  const known = cause instanceof RehearsalError || cause instanceof HouseError;
  process.stderr.write(`The rehearsal failed: ${known ? cause.message : cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`);
}
await end();
process.exit(failed ? 1 : 0);
