// SPDX-License-Identifier: Apache-2.0
import type { ChaosReport } from './run.ts';

/** Kinds that were injected and that the house never met: then nothing was tested. */
export function faultsNeverSeen({ kinds }: ChaosReport): string[] {
  return Object.entries(kinds).flatMap(([kind, { injected, observed }]) => (injected > 0 && observed === 0 ? [kind] : []));
}

export function describe(report: ChaosReport): string {
  const { kinds, backMs, ceremonies, brokenOff } = report;
  const sorted = [...backMs].sort((a, b) => a - b);
  const seconds = (ms: number | undefined): string => `${((ms ?? 0) / 1000).toFixed(1)} s`;
  return [
    row('fault', 'injected', 'observed'),
    ...Object.entries(kinds).map(([kind, { injected, observed }]) => row(kind, String(injected), String(observed))),
    '',
    `${report.rounds} rounds, seed ${report.seed}; served again after ${seconds(sorted[sorted.length >> 1])} (median), ${seconds(sorted.at(-1))} (longest)`,
    `${report.signatures} signatures held, all of them released and right; ${report.inDoubt} items died with a process; ${report.records} records`,
    `${report.answered} requests answered, ${report.refused} refused clearly, ${report.broken} broken with the process that they were sent to`,
    `ceremonies: ${counts(ceremonies)}`,
    `broken off: ${counts(brokenOff)}`,
    '',
  ].join('\n');
}

const row = (kind: string, injected: string, observed: string): string => `${kind.padEnd(42)}${injected.padStart(9)}${observed.padStart(9)}`;
const counts = (of: Readonly<Record<string, number>>): string => Object.entries(of).sort((a, b) => b[1] - a[1]).map(([name, n]) => `${name} ${n}`).join(', ');
