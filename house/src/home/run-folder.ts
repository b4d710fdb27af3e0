// SPDX-License-Identifier: Apache-2.0
// Where the Unix sockets of a home are. The kernel takes 107 bytes for the path of a socket, so a home with a long path has them in a short
// folder of its own below the folder for temporary files; `run/elsewhere` in the home names it, so that whoever comes after can remove it.
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { HouseError } from '../error.ts';

const SOCKET_PATH_BYTES_MAX = 107;
/** No socket of ours has a longer name. */
export const SOCKET_NAME_BYTES_MAX = 24;
const TEMPORARY_PREFIX = 'sigillo-run-';
const LOCK_FILES: ReadonlySet<string> = new Set(['lock', 'pid']);

/** Gives the folder for the sockets of this home. The caller holds the home's lock; what a dead run left is removed first. */
export function openRunFolder(home: string, temporary: string = tmpdir()): string {
  clearRunFolder(home);
  const own = join(home, 'run');
  if (fits(own)) return own;
  if (!fits(join(temporary, `${TEMPORARY_PREFIX}XXXXXX`))) {
    throw new HouseError(
      'home_unusable',
      `The paths of ${home} and of ${temporary} are both too long for sockets: set TMPDIR to a short path.`,
    );
  }
  const elsewhere = mkdtempSync(join(temporary, TEMPORARY_PREFIX));
  writeFileSync(pointer(home), elsewhere, { mode: 0o600 });
  return elsewhere;
}

/** Removes the sockets of this home, wherever they are, and leaves `run` as an empty folder but for the lock. */
export function clearRunFolder(home: string): void {
  const own = join(home, 'run');
  mkdirSync(own, { recursive: true, mode: 0o700 });
  const elsewhere = readPointer(home);
  if (elsewhere !== undefined && isOurs(elsewhere)) rmSync(elsewhere, { recursive: true, force: true });
  for (const name of readdirSync(own)) {
    if (!LOCK_FILES.has(name)) rmSync(join(own, name), { recursive: true, force: true });
  }
}

function fits(folder: string): boolean {
  return Buffer.byteLength(folder) + 1 + SOCKET_NAME_BYTES_MAX <= SOCKET_PATH_BYTES_MAX;
}

const pointer = (home: string): string => join(home, 'run', 'elsewhere');

function readPointer(home: string): string | undefined {
  try {
    return readFileSync(pointer(home), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The pointer is a file that could be wrong: only a folder of our name, owned by us, is ever removed because of it. */
function isOurs(folder: string): boolean {
  if (!basename(folder).startsWith(TEMPORARY_PREFIX) || dirname(folder) === '.') return false;
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found !== undefined && found.isDirectory() && found.uid === process.getuid?.();
}
