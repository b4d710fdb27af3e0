// SPDX-License-Identifier: Apache-2.0
// The openssl command as a second reader and writer, in a folder of its own that goes away with the test.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export type OpenSsl = {
  /** Writes files, and returns the path of the first. */
  readonly file: (name: string, content: string | Uint8Array) => string;
  readonly path: (name: string) => string;
  /** Runs a command that must succeed; returns what it printed, both streams. */
  readonly run: (...args: readonly string[]) => string;
  /** Runs a command that must fail. */
  readonly fails: (...args: readonly string[]) => string;
};

/** Null where there is no openssl: the test is skipped then, or fails when everything must be there. */
export function openSsl(t: TestContext): OpenSsl | null {
  if (spawnSync('openssl', ['version']).status !== 0) {
    if (process.env['SIGILLO_FULL'] === '1') assert.fail('openssl is not here');
    t.skip('skipped: openssl is not here');
    return null;
  }
  const folder = mkdtempSync(join(tmpdir(), 'sigillo-asn1-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string): string => join(folder, name);
  const start = (args: readonly string[]): { status: number | null; output: string } => {
    const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'latin1', timeout: 20_000 });
    return { status, output: stdout + stderr };
  };
  return {
    path,
    file: (name, content) => {
      writeFileSync(path(name), content);
      return path(name);
    },
    run: (...args) => {
      const { status, output } = start(args);
      assert.equal(status, 0, `openssl ${args.join(' ')}\n${output}`);
      return output;
    },
    fails: (...args) => {
      const { status, output } = start(args);
      assert.notEqual(status, 0, `openssl ${args.join(' ')} should have failed\n${output}`);
      return output;
    },
  };
}
