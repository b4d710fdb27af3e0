// SPDX-License-Identifier: Apache-2.0
// One house per home. The lock is the operating system's own lock on the file `run/lock`, so the death of its holder, of whatever kind,
// gives it back, and two containers that share a folder see each other. Node offers such locks through SQLite only; no data is ever in that
// file.
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HouseError } from '../error.ts';

export interface HomeLock {
  /** Removes the files of the lock and gives it back. */
  release(): void;
}

/** Takes the lock of a home or throws `home_in_use`, naming the home and the process that holds it. */
export function lockHome(home: string): HomeLock {
  mkdirSync(join(home, 'run'), { recursive: true, mode: 0o700 });
  for (;;) {
    const held = tryLock(home);
    if (held === 'busy') throw new HouseError('home_in_use', `Sigillo is running already on ${home} (process ${holder(home)}).`);
    if (held !== 'replaced') return held;
  }
}

function tryLock(home: string): HomeLock | 'busy' | 'replaced' {
  const path = join(home, 'run', 'lock');
  const descriptor = openSync(path, 'a', 0o600);
  const database = new DatabaseSync(path, { timeout: 0 });
  const give = (): void => {
    database.close();
    closeSync(descriptor);
  };
  // The former holder removes the file as its last act: a lock on a file that is no longer there would keep nobody out. Our descriptor
  // pins the inode, so if the path shows it now, it showed it when SQLite opened the file as well.
  const isReplaced = (): boolean => statSync(path, { throwIfNoEntry: false })?.ino !== fstatSync(descriptor).ino;
  const taken = takeExclusively(database, isReplaced);
  const failure = isReplaced() ? 'replaced' : taken ? undefined : 'busy';
  if (failure !== undefined) {
    give();
    return failure;
  }
  held.add(database);
  writeFileSync(pidFile(home), String(process.pid), { mode: 0o600 });
  return {
    release: () => {
      rmSync(pidFile(home), { force: true });
      rmSync(path, { force: true });
      held.delete(database);
      give();
    },
  };
}

const SQLITE_BUSY = 5;

/** SQLite fails in other ways as well when the file goes away under it: that is no more than a reason to try again. */
function takeExclusively(database: DatabaseSync, isReplaced: () => boolean): boolean {
  try {
    database.exec('pragma journal_mode = off; pragma locking_mode = exclusive; begin exclusive');
    return true;
  } catch (error) {
    if ((error as { errcode?: unknown }).errcode === SQLITE_BUSY || isReplaced()) return false;
    throw error;
  }
}

/** Locks that are held. A database that nobody refers to any more is collected, and its lock given back with it. */
const held: Set<DatabaseSync> = new Set();

const pidFile = (home: string): string => join(home, 'run', 'pid');

function holder(home: string): string {
  try {
    return readFileSync(pidFile(home), 'utf8');
  } catch {
    return 'unknown';
  }
}
