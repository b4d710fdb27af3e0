// SPDX-License-Identifier: Apache-2.0
// npm run check: types, lint, and the rules of the house. Stops at nothing: all that is wrong is said at once.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './repository.ts';

const bin = (...path: string[]): string => join(ROOT, 'node_modules', ...path);
const PARTS: readonly (readonly [name: string, words: readonly string[]])[] = [
  ['types', [bin('typescript', 'bin', 'tsc'), '-b']],
  ['lint', [bin('oxlint', 'bin', 'oxlint'), '--type-aware', '--deny-warnings']],
  ['rules', ['--test', '--test-isolation=none', 'house/test/arrows.test.ts', 'house/test/tidy.test.ts']],
];

const failed = PARTS.filter(([name, words]) => {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, words, { cwd: ROOT, stdio: 'inherit' });
  process.stdout.write(`${name}: ${status === 0 ? 'good' : 'NOT good'} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
  return status !== 0;
});
process.exitCode = failed.length === 0 ? 0 : 1;
