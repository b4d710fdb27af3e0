// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { familyOf, proportionalKib } from '../proc.ts';
import type { Row } from '../row.ts';

const START_MS_MAX = 5000;
const IDLE_MIB_MAX = 700;

/** How long a start takes with a home that has a signer, until the first signature, and what all processes hold when nobody asks them anything. */
export function measureStart(bench: Bench): Promise<Row[]> {
  return bench.apart({}, async ({ instance, generator, prove }) => {
    await instance.restart();
    const ready = performance.now();
    await generator.ready({ count: 1 });
    const { sample } = await generator.perform({ seconds: Infinity, connections: 1 });
    const signedMs = instance.startMs + performance.now() - ready;
    prove(sample);
    await pause(bench.seconds * 1000);
    const family = familyOf(instance.pid);
    const mib = family.reduce((sum, pid) => sum + proportionalKib(pid), 0) / 1024;
    return [
      {
        name: 'warm start to the first signature', figure: signedMs, unit: 'ms', count: 1, seconds: signedMs / 1000,
        against: [{ name: 'until ready', figure: instance.startMs, unit: 'ms' }], target: { atMost: START_MS_MAX },
      },
      {
        name: `idle memory (PSS) of ${family.length} processes`, figure: mib, unit: 'MiB', count: 1, seconds: bench.seconds,
        against: [], target: { atMost: IDLE_MIB_MAX },
      },
    ];
  });
}
