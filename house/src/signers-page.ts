// SPDX-License-Identifier: Apache-2.0
// The signer's page as static files: built once for each state of its sources, kept below node_modules.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HouseError } from './error.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = ['outside/sic', 'standards', 'doors'] as const;
const SOURCE_FILE = /\.(?:tsx?|css|html|svg|json)$/;
const LEFT_OUT = new Set(['node_modules', 'test', 'dist']);

/** The folder of the built page; builds it when the sources changed. */
export async function builtSignersPage(): Promise<string> {
  const cache = join(root, 'node_modules', '.cache', 'sigillo');
  const folder = join(cache, `sic-${digestOfSources()}`);
  if (existsSync(join(folder, 'index.html'))) return folder;
  mkdirSync(cache, { recursive: true });
  // Two houses may build at once: each builds in a folder of its own, and the first to finish gives its folder the name.
  const fresh = join(cache, `building-${process.pid}`);
  rmSync(fresh, { recursive: true, force: true });
  const child = spawn(process.execPath, [join(root, 'outside', 'sic', 'build.ts'), fresh], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new HouseError('build_failed', `The signer's page could not be built: ${said.trim().slice(-2000)}`);
  if (existsSync(folder)) rmSync(fresh, { recursive: true, force: true });
  else renameSync(fresh, folder);
  removeEarlier(cache, folder);
  return folder;
}

/** Pages of other sources; a house that serves one has it in memory. */
function removeEarlier(cache: string, current: string): void {
  for (const name of readdirSync(cache)) {
    if (name.startsWith('sic-') && join(cache, name) !== current) rmSync(join(cache, name), { recursive: true, force: true });
  }
}

function digestOfSources(): string {
  const hash = createHash('sha256');
  for (const folder of SOURCES) {
    for (const path of sourcesBelow(join(root, folder))) hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0');
  }
  hash.update(readFileSync(join(root, 'package-lock.json')));
  return hash.digest('hex').slice(0, 16);
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !LEFT_OUT.has(entry.name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sourcesBelow(path);
      return SOURCE_FILE.test(entry.name) ? [path] : [];
    });
}
