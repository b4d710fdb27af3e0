// SPDX-License-Identifier: Apache-2.0
// Programs of others that judge what we sign. They are asked for in the full run only, and there each of them must be here.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ROOT } from '../../src/repository.ts';

/** Why a test of the full run is not run now, or false. */
export const NOT_FULL: string | false = process.env['SIGILLO_FULL'] === '1' ? false : 'skipped: npm run test:full runs it';

const TOOLS = resolve(ROOT, '..', 'shared', 'tools');
const CACHE = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const PYTHON = join(CACHE, 'sigillo-test', 'venv', 'bin', 'python');

export interface Verdict {
  readonly accepted: boolean;
  readonly said: string;
}

export type Validator = (file: string, roots: string) => Verdict;

/** The validators, each with the strictest question that it has, asking OCSP and CRL. */
export const VALIDATORS: Readonly<Record<'dss' | 'pyHanko', Validator>> = {
  dss: (file, roots) => judge(tool('dss/dss-check'), ['--online', '--trust', roots, file]),
  pyHanko: (file, roots) => judge(needed(PYTHON, 'scripts/setup-test-machine makes it'), [tool('pades_strict.py'), '--online', roots, file]),
};

/** Runs a program that must be here, and gives what it wrote; a bad end is a failure. */
export function run(program: string, words: readonly string[], cwd: string = ROOT): string {
  const { status, stdout, stderr, error } = spawnSync(program, words, { cwd, encoding: 'utf8', maxBuffer: 64 * 1_048_576 });
  assert.equal(error, undefined, `${program} is needed for the full run: scripts/setup-test-machine brings it`);
  assert.equal(status, 0, `${program} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}

/** 0 is yes and 1 is no; anything else means that the tool could not judge. */
function judge(program: string, words: readonly string[]): Verdict {
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: 'utf8' });
  assert.equal(error, undefined, `${program}: ${String(error)}`);
  assert.ok(status === 0 || status === 1, `${program} ended with ${status}: ${stdout}${stderr}`);
  return { accepted: status === 0, said: stdout };
}

function tool(path: string): string {
  return needed(join(TOOLS, path), 'the full run needs the folder "shared" beside the repository');
}

function needed(path: string, how: string): string {
  assert.ok(existsSync(path), `${path} is not here: ${how}`);
  return path;
}
