// SPDX-License-Identifier: Apache-2.0
// The tests of one workspace, in one process of their own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { TestOutcome } from './outcome.ts';

export interface WorkspaceResult {
  readonly workspace: string;
  readonly outcomes: readonly TestOutcome[];
  readonly minutes: number;
  /** What the process itself wrote; of interest when something failed. */
  readonly output: string;
}

export interface WorkspaceOptions {
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly limitMs: number;
  /** Only these of its test files. */
  readonly files?: readonly string[];
}

const OUTPUT_CHARACTERS_MAX = 20_000;

export function testFilesOf(root: string, workspace: string): string[] {
  return globSync('test/**/*.test.ts', { cwd: join(root, workspace) })
    .sort()
    .map((file) => join(workspace, file));
}

export async function runWorkspace(workspace: string, { root, environment, limitMs, files }: WorkspaceOptions): Promise<WorkspaceResult> {
  const started = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'sigillo-test-run-'));
  const report = join(folder, 'outcomes.jsonl');
  try {
    const reporter = [`--test-reporter=${new URL('reporter.ts', import.meta.url).href}`, `--test-reporter-destination=${report}`];
    const words = ['--test', '--test-isolation=none', ...reporter, ...(files ?? testFilesOf(root, workspace))];
    const { output, end } = await run(words, root, environment, limitMs);
    const outcomes = readOutcomes(report).map((outcome) => ({ ...outcome, file: relative(root, outcome.file) }));
    const minutes = (performance.now() - started) / 60_000;
    return {
      workspace,
      outcomes: end === undefined || anyFailed(outcomes) ? outcomes : [...outcomes, brokenOff(workspace, end)],
      minutes,
      output,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `end` says how the process ended when that was not well. */
async function run(
  words: readonly string[],
  root: string,
  env: NodeJS.ProcessEnv,
  limitMs: number,
): Promise<{ output: string; end: string | undefined }> {
  // Set when a test runs this: a test runner inside another would keep its outcomes to itself.
  const { NODE_TEST_CONTEXT: _, ...environment } = env;
  const child = spawn(process.execPath, words, {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  let output = '';
  const keep = (text: string): void => void (output = (output + text).slice(-OUTPUT_CHARACTERS_MAX));
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  const end =
    code === 0
      ? undefined
      : `the test process ended with ${code === null ? `signal ${signal} (the limit is ${limitMs / 60_000} minutes)` : `code ${code}`}`;
  return { output, end };
}

function readOutcomes(report: string): TestOutcome[] {
  let text = '';
  try {
    text = readFileSync(report, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as TestOutcome);
}

const anyFailed = (outcomes: readonly TestOutcome[]): boolean => outcomes.some(({ result }) => result === 'failed');

/** A process that ends badly although no test failed is a failure of its own: it may never have come to its tests. */
function brokenOff(workspace: string, end: string): TestOutcome {
  return { name: `the tests of ${workspace}`, file: workspace, result: 'failed', reason: end, durationMs: 0 };
}
