// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from 'node:timers/promises';
import { familyOf, proportionalKib } from '../proc.ts';
import type { OwnInstance } from '../own-instance.ts';
import type { Row } from '../row.ts';

const START_MS_MAX = 5000;
const IDLE_MIB_MAX = 700;

/** How long the warm start took, and what all processes hold after nobody asked them anything for a while. */
export async function measureStart(instance: OwnInstance, seconds: number): Promise<Row[]> {
  await pause(seconds * 1000);
  const family = familyOf(instance.pid);
  const kib = family.reduce((sum, pid) => sum + proportionalKib(pid), 0);
  return [
    { name: 'warm start until ready', figure: instance.warmStartMs, unit: 'ms', count: 1, seconds: instance.warmStartMs / 1000, against: [{ name: 'limit', figure: START_MS_MAX, unit: 'ms' }] },
    { name: `idle memory (PSS) of ${family.length} processes`, figure: kib / 1024, unit: 'MiB', count: 1, seconds, against: [{ name: 'limit', figure: IDLE_MIB_MAX, unit: 'MiB' }] },
  ];
}
