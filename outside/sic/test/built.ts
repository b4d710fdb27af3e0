// SPDX-License-Identifier: Apache-2.0
// The bundle, built once for all tests of this run, in a folder that goes with the process.
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSic } from '../build.ts';

let built: Promise<string> | null = null;

export function bundle(): Promise<string> {
  built ??= make();
  return built;
}

async function make(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sigillo-sic-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await buildSic(folder);
  return folder;
}
