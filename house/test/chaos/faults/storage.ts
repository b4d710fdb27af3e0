// SPDX-License-Identifier: Apache-2.0
// The SAM's disk: nearly full, quite full, not writable, and one that fails a write. Its folder is a small file system of its own, which
// takes root; the write is failed by strace.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, cpSync, ftruncateSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Instance } from '../../../src/instance.ts';
import { approve, codeOf, newItems, sign } from '../players/player.ts';
import { insist, Violation } from '../violation.ts';
import type { Fault, Injected, Scene } from './fault.ts';
import { killOf } from './kill.ts';
import { timesLogged, timesSaid } from './signs.ts';

const DISK_MIB = 192;
const PIECE_BYTES = 1_048_576;
/** Less than the SAM's reserve of 64 MiB, enough for all that is under way. */
const LOW_BYTES = 24 * PIECE_BYTES;
/** Together more records than find room in what the journal has written ahead. */
const APPROVALS = 2;
const WRITES_EACH = 100;
const SEEN_WITHIN_MS = 10_000;
const NOT_STARTED = '"not_started"';

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

export function run(program: string, ...words: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, words, { encoding: 'utf8' });
  if (error !== undefined || status !== 0) throw new Error(`${program} ${words.join(' ')}: ${error?.message ?? stderr}`);
}

/** Gives a folder a small disk of its own, while nobody uses it. */
export function moveToOwnDisk(folder: string): void {
  const aside = `${folder}-before`;
  renameSync(folder, aside);
  mkdirSync(folder, { mode: 0o700 });
  run('mount', '-t', 'tmpfs', '-o', `size=${DISK_MIB}m,mode=700`, 'sigillo-chaos', folder);
  cpSync(aside, folder, { recursive: true, preserveTimestamps: true });
  rmSync(aside, { recursive: true });
}

/** New work is refused before it begins; what was approved is still signed; when there is room again, work goes on. */
export const diskLow: Fault = {
  kind: 'disk nearly full',
  inject: async (scene) => {
    const { instance, bystander } = scene;
    const items = newItems(1);
    const usable = await approve(bystander, items);
    const ballast = fill(instance, LOW_BYTES);
    try {
      const refused = await approve(bystander, newItems(1)).then(() => 'not at all', codeOf);
      insist(refused === '503 journal_full', `with a disk nearly full, new work was refused: ${refused}`);
      await sign(usable, items);
    } finally {
      rmSync(ballast);
    }
    return { endedAt: performance.now(), down: [], observed: () => true, isUp: () => true };
  },
};

/** A write fails for want of room: the SAM is sealed and ends, does not start while there is none, and starts by itself when there is. */
export const diskFull: Fault = {
  kind: 'disk full',
  inject: async (scene) => {
    const { instance, bystander } = scene;
    const approved = [];
    for (let i = 0; i < APPROVALS; i++) {
      const items = newItems(WRITES_EACH);
      approved.push({ items, usable: await approve(bystander, items) });
    }
    const down = wentDown(scene);
    const [sealed, refused] = [timesLogged(instance, 'sam', SEALED), timesLogged(instance, 'sam', NOT_STARTED)];
    const ballast = fill(instance, 0);
    // New work is refused already: what was approved before makes the SAM write.
    const calls = approved.flatMap(({ usable, items }) => items.map((item) => sign(usable, [item]).catch(codeOf)));
    try {
      await seen('the SAM is sealed and does not start', () => timesLogged(instance, 'sam', SEALED) > sealed && timesLogged(instance, 'sam', NOT_STARTED) > refused);
    } finally {
      rmSync(ballast);
    }
    return { ...down(), observed: () => true, underWay: Promise.all(calls) };
  },
};

/** Nothing can be written at a start. */
export const readOnly: Fault = {
  kind: 'read-only folder',
  inject: async (scene) => {
    const { instance } = scene;
    const folder = instance.layout.folder('sam');
    const down = wentDown(scene);
    const before = timesLogged(instance, 'sam', NOT_STARTED);
    run('mount', '--bind', folder, folder);
    try {
      run('mount', '-o', 'remount,bind,ro', folder);
      await killOf('sam').inject(scene);
      await seen('the SAM does not start', () => timesLogged(instance, 'sam', NOT_STARTED) > before);
    } finally {
      run('umount', '--lazy', folder);
    }
    return { ...down(), observed: () => true };
  },
};

const SEALED = '"event":"sealed"';

/** One write to the journal fails with EIO, as a durable write does on a broken disk. */
export const writeError: Fault = {
  kind: 'EIO on a durable write',
  inject: async (scene) => {
    const { instance } = scene;
    const down = wentDown(scene);
    const before = timesLogged(instance, 'sam', SEALED);
    const pid = instance.supervisor.pidOf('sam');
    const journal = join(instance.layout.folder('sam'), 'journal');
    const segment = readdirSync(journal).filter((name) => /^journal-\d+$/.test(name)).sort().at(-1)!;
    const words = ['-f', '-p', String(pid), '-P', join(journal, segment), '-e', 'trace=write,pwrite64', '-e', 'inject=write,pwrite64:error=EIO'];
    const strace = spawn('strace', words, { stdio: 'ignore' });
    try {
      await seen('the SAM is sealed', () => timesLogged(instance, 'sam', SEALED) > before);
    } finally {
      strace.kill('SIGTERM');
    }
    return { ...down(), observed: () => true };
  },
};

/** The SAM goes down with this fault and has to come back after it. */
function wentDown({ said }: Scene): () => Omit<Injected, 'observed'> {
  const ready = timesSaid(said, 'process ready', 'sam');
  return () => ({ endedAt: performance.now(), down: ['sam'], isUp: () => timesSaid(said, 'process ready', 'sam') > ready });
}

/** Takes room until so many bytes are left, and gives the file that took it. */
function fill({ layout }: Instance, leaveBytes: number): string {
  const folder = layout.folder('sam');
  const path = join(folder, 'ballast');
  const file = openSync(path, 'w');
  const piece = new Uint8Array(PIECE_BYTES);
  try {
    for (;;) {
      const { bavail, bsize } = statfsSync(folder);
      const left = bavail * bsize - leaveBytes;
      if (left <= 0) return path;
      writeSync(file, piece, 0, Math.min(PIECE_BYTES, left));
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOSPC') return path;
    ftruncateSync(file, 0);
    throw cause;
  } finally {
    closeSync(file);
  }
}

async function seen(what: string, ask: () => boolean): Promise<void> {
  for (const until = performance.now() + SEEN_WITHIN_MS; !ask(); await pause(20)) if (performance.now() > until) throw new Violation(`did not happen within ${SEEN_WITHIN_MS} ms: ${what}`);
}
