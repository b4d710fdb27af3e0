// SPDX-License-Identifier: Apache-2.0
// SWP-6: every system call by which a real SAM touches its journal, in a start and in one signature, fails once with EIO, fails once with
// ENOSPC, and is once the last thing that the process does. strace injects it. After each the SAM starts again on what is there.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { samDoor, type SamDoor } from '@sigillo/doors/sam';
import { historyStatement, type ReceiptStatement } from '@sigillo/doors/sap';
import { connectLink, type Link, monotonicMs } from '@sigillo/wire';
import { ended, startProcess, type SamProcess } from '../played/process.ts';
import { documents, enrolled, readStatement, Signer } from '../played/signer.ts';
import { openWorld, ready, type World } from '../played/world.ts';

const SKIP: string | false =
  process.env['SIGILLO_FULL'] !== '1'
    ? 'skipped: npm run test:full runs it'
    : spawnSync('strace', ['--version']).status === 0
      ? false
      : assert.fail('strace is not here: scripts/setup-test-machine brings it');

/** What an earlier crash may have left beside the journal: the start removes it. */
const leaveRest = (world: World): void => writeFileSync(join(world.folder, STATE, 'journal', 'journal-00000001.new'), 'left');

const FAULTS = ['error=EIO', 'error=ENOSPC', 'signal=KILL'] as const;
const CALLS = 'openat,write,pwrite64,rename,unlink';
const STATE = 'state';
const ENDS_WITHIN_MS = 10_000;

interface Call {
  readonly path: string;
  readonly name: string;
  /** Which of its kind on this path, from 1. */
  readonly nth: number;
}

interface Attempt {
  readonly challenge?: Uint8Array;
  readonly receipt?: ReceiptStatement;
  readonly hashes: readonly Uint8Array[];
  readonly signatures?: readonly Uint8Array[];
}

test('every system call on the journal fails, or is the last one: what was acknowledged is there, nothing is used twice', { skip: SKIP }, async (t) => {
  const world = await openWorld();
  t.after(() => world.close());
  const signer = await enrolled(world);
  await world.sam.close();
  renameSync(join(world.folder, 'sam'), join(world.folder, STATE));
  const calls = await callsOf(world, signer);
  assert.ok(calls.some(({ name, path }) => name === 'pwrite64' && path.endsWith('1')) && ['rename', 'unlink'].every((wanted) => calls.some(({ name }) => name === wanted)));
  let [injected, observed, acknowledged] = [0, 0, 0];
  for (const fault of FAULTS)
    for (const call of calls) {
      const trace = join(world.folder, 'trace');
      rmSync(trace, { force: true });
      leaveRest(world);
      const inject = ['-e', `trace=${call.name}`, '-e', `inject=${call.name}:${fault}:when=${call.nth}`];
      const sam = startProcess(world, { under: strace(trace, [call.path], inject), environment: ONE_THREAD });
      const attempt = await signOnce(world, signer, sam);
      const end = await endOf(sam);
      const hits = existsSync(trace) ? readFileSync(trace, 'utf8').match(/\(INJECTED\)|killed by SIGKILL/g)?.length ?? 0 : 0;
      const what = `${call.name} ${call.nth} on ${call.path.slice(-20)} with ${fault}`;
      assert.ok(hits > 0, `${what} was not injected (${end})`);
      injected += 1;
      if (attempt.signatures === undefined || end !== 0) observed += 1;
      acknowledged += (attempt.receipt === undefined ? 0 : 1) + (attempt.signatures === undefined ? 0 : 1);
      await requireSound(world, signer, attempt, what);
    }
  assert.equal(observed, injected, 'each fault was seen: the process ended, or did not answer');
  assert.ok(injected > 0 && acknowledged > 0);
  t.diagnostic(calls.map(({ name, nth, path }) => `${name} ${nth} ${path.endsWith('.new') ? 'beside' : 'in place'}`).join(', '));
  t.diagnostic(`${calls.length} calls, ${injected} faults injected, ${observed} observed, ${acknowledged} answers acknowledged and found again`);
});

/** Asynchronous writes go through one thread, so that they can be counted. */
const ONE_THREAD = { UV_THREADPOOL_SIZE: '1' };

function strace(output: string, paths: readonly string[], more: readonly string[]): readonly string[] {
  return ['strace', '-D', '-f', '-qqq', '-o', output, ...paths.flatMap((path) => ['-P', path]), ...more];
}

/** What a start and one signature do to the journal's files, in their order. */
async function callsOf(world: World, signer: Signer): Promise<readonly Call[]> {
  const trace = join(world.folder, 'trace');
  const journal = join(world.folder, STATE, 'journal', 'journal-00000001');
  const paths = [journal, `${journal}.new`];
  const calls: Call[] = [];
  for (const path of paths) {
    leaveRest(world);
    const sam = startProcess(world, { under: strace(trace, [path], ['-e', `trace=${CALLS}`]), environment: ONE_THREAD });
    const { signatures } = await signOnce(world, signer, sam);
    assert.ok(signatures !== undefined, sam.said());
    sam.child.kill('SIGKILL');
    await ended(sam.child);
    await pause(100);
    const counts = new Map<string, number>();
    for (const [, thread, name] of readFileSync(trace, 'utf8').matchAll(/^(\d+) +(?:<\.\.\. )?(\w+)\(/gm)) {
      const key = `${thread} ${name}`;
      const nth = (counts.get(key) ?? 0) + 1;
      counts.set(key, nth);
      if (!calls.some((call) => call.path === path && call.name === name && call.nth === nth)) calls.push({ path, name: name!, nth });
    }
  }
  return calls;
}

/** A person signs, as far as it goes. */
async function signOnce(world: World, signer: Signer, { child, socket, key }: SamProcess): Promise<Attempt> {
  const { hashes } = documents(2);
  if (!(await ready(child).then(() => true, () => false))) return { hashes };
  const link = connectLink({ door: samDoor, name: 'sam', path: socket, key, random: (length) => randomBytes(length), monotonic: monotonicMs });
  const at = throughLink(world, signer, link);
  const gone = ended(child).then(() => link.close());
  const done: { hashes: readonly Uint8Array[]; challenge?: Uint8Array; receipt?: ReceiptStatement; signatures?: readonly Uint8Array[] } = { hashes };
  try {
    const intent = await at.prepare(hashes);
    done.challenge = intent.challenge;
    done.receipt = await at.authorise(intent);
    done.signatures = await at.execute(done.receipt, hashes);
    return done;
  } catch {
    return done;
  } finally {
    link.close();
    void gone;
  }
}

/** The same person at another door. */
function throughLink(world: World, signer: Signer, link: Link<SamDoor>): Signer {
  const ask: World['ask'] = (name, request) => link.call(name, request, { requestId: 'test' });
  const there = Object.create(world, { ask: { value: ask } }) as World;
  return Object.assign(new Signer(there), signer, { world: there });
}

/** How it ended: by the fault, or told to. */
async function endOf({ child }: SamProcess): Promise<number | string | null> {
  const byItself = await Promise.race([ended(child), pause(300).then(() => undefined)]);
  if (byItself !== undefined) return byItself;
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS);
  const end = await ended(child);
  clearTimeout(late);
  return end;
}

async function requireSound(world: World, signer: Signer, { challenge, receipt, hashes, signatures }: Attempt, what: string): Promise<void> {
  await pause(20);
  const sam = startProcess(world);
  await ready(sam.child).catch(() => assert.fail(`${what}: it does not start again: ${sam.said()}`));
  const link = connectLink({ door: samDoor, name: 'sam', path: sam.socket, key: sam.key, random: (length) => randomBytes(length), monotonic: monotonicMs });
  const at = throughLink(world, signer, link);
  try {
    const pageNonce = randomBytes(32);
    const { entries } = readStatement(world, 'history', historyStatement, await link.call('history', { signerId: signer.signerId, before: null, pageNonce }, { requestId: 'test' }), pageNonce);
    if (receipt !== undefined) {
      const of = entries.filter(({ operation }) => operation !== null && Buffer.from(operation).equals(challenge!)).map(({ event }) => event);
      assert.ok(of.includes('authorised'), `${what}: the approval that was acknowledged is there`);
      const again = await at.execute(receipt, hashes).catch(() => undefined);
      if (signatures !== undefined) assert.deepEqual(again, signatures, `${what}: the same call gives the same bytes`);
      else if (again !== undefined) assert.ok(of.includes('released'), `${what}: nothing is signed after the crash`);
      else assert.ok(of.some((event) => event === 'unused' || event === 'indeterminate'), `${what}: its end is said: ${of.join()}`);
    }
  } finally {
    link.close();
    sam.child.kill('SIGTERM');
    assert.equal(await ended(sam.child), 0, `${what}: it stops in good order`);
  }
}
