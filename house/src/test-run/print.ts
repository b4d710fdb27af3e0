// SPDX-License-Identifier: Apache-2.0
// What a person reads of a test run.
import { closingLine, countOf } from './outcome.ts';
import type { WorkspaceResult } from './workspace.ts';

const SLOW_MS = 5000;

export function describe({ workspace, outcomes, minutes, output }: WorkspaceResult): string {
  const lines = [`${workspace.padEnd(32)} ${minutes.toFixed(2)} min  ${closingLine(countOf(outcomes))}`];
  for (const { name, file, reason } of outcomes.filter(({ result }) => result === 'failed'))
    lines.push('', `  FAILED ${file}: ${name}`, indent(reason), '');
  for (const { name, file, reason } of outcomes.filter(({ result }) => result === 'skipped'))
    lines.push(`  not run ${file}: ${name}: ${reason}`);
  for (const { name, file, durationMs } of outcomes.filter((outcome) => outcome.durationMs > SLOW_MS))
    lines.push(`  ${(durationMs / 1000).toFixed(1)} s ${file}: ${name}`);
  if (output.trim() !== '' && outcomes.some(({ result }) => result === 'failed'))
    lines.push('  what the process wrote:', indent(output.trimEnd()));
  return `${lines.join('\n')}\n`;
}

const indent = (text: string): string =>
  text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
