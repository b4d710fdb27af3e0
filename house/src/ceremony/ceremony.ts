// SPDX-License-Identifier: Apache-2.0
// The first start of a home: keys of every arrow, public files, and each room's own genesis in the order in which they need each other. It is finished when
// its mark is there; one that was interrupted starts anew, since nobody can have relied on anything of it.
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HouseError } from '../error.ts';
import type { Addresses } from '../home/home.ts';
import { KEY_FILES, ROOM_FOLDERS, type HomeLayout } from '../home/layout.ts';
import { writeClients, writeDeployment, writePins } from './public-files.ts';

export interface CeremonyOptions {
  readonly layout: HomeLayout;
  readonly addresses: Addresses;
  readonly random: (length: number) => Uint8Array;
  readonly now: () => Date;
  /** Runs the genesis of a process, with its rights, to its end. */
  readonly genesis: (process: 'crypto-module' | 'tsa' | 'ca' | 'idp' | 'demo-officers') => Promise<void>;
  /** Writes the configuration of all processes; they name files that may not be there yet. */
  readonly writeConfigurations: () => void;
}

const KEY_BYTES = 32;

/** Does nothing for a home whose ceremony is finished. Returns whether there was one. */
export async function holdCeremony(options: CeremonyOptions): Promise<boolean> {
  const mark = join(options.layout.home, 'ceremony.json');
  if (existsSync(mark)) {
    options.writeConfigurations();
    return false;
  }
  requireUnused(options.layout);
  startAnew(options.layout);
  makeKeys(options.layout, options.random);
  writeDeployment(options.layout, options.addresses, options.random, options.now());
  writeClients(options.layout, options.addresses);
  options.writeConfigurations();
  for (const process of ['crypto-module', 'tsa', 'ca', 'idp', 'demo-officers'] as const) await options.genesis(process);
  writePins(options.layout, options.addresses);
  writeFileSync(mark, `${JSON.stringify({ finished: options.now().toISOString() })}\n`, { flag: 'wx', flush: true });
  return true;
}

/** The SAM runs only after a finished ceremony: what is in its folder proves that there was one, and nothing of it may be lost. */
function requireUnused(layout: HomeLayout): void {
  const sam = layout.folder('sam');
  if (!existsSync(sam) || readdirSync(sam).length === 0) return;
  throw new HouseError('home_unusable', `${layout.home} has been in use, but its ceremony.json is missing: bring that file back (its content does not matter). Nothing was changed.`);
}

function startAnew(layout: HomeLayout): void {
  for (const folder of [layout.public, layout.clients, layout.config, ...ROOM_FOLDERS.map((room) => layout.folder(room))]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  chmodSync(layout.public, 0o755);
  mkdirSync(join(layout.public, 'roots'));
  mkdirSync(dirname(layout.revokedTokens), { mode: 0o700 });
  writeFileSync(layout.revokedTokens, '', { mode: 0o600 });
}

function makeKeys(layout: HomeLayout, random: (length: number) => Uint8Array): void {
  for (const name of KEY_FILES) {
    rmSync(layout.key(name), { force: true });
    writeFileSync(layout.key(name), random(KEY_BYTES), { mode: 0o600, flag: 'wx' });
  }
}
