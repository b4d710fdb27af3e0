// SPDX-License-Identifier: Apache-2.0
// Where the house says what happened to it: the supervisor's words, and the logs of its processes.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instance } from '../../../src/instance.ts';

type Line = Readonly<Record<string, unknown>>;

/** How often the supervisor said this of a process. */
export function timesSaid(said: readonly string[], event: string, process: string): number {
  return said.filter((line) => line.includes(event)).map((line) => JSON.parse(line) as Line).filter((line) => line['event'] === event && line['process'] === process).length;
}

/** How often a text stands in the log of a process. */
export function timesLogged({ layout }: Instance, process: string, text: string): number {
  const path = join(layout.logs, `${process}.log`);
  return [`${path}.1`, path].filter((file) => existsSync(file)).reduce((sum, file) => sum + readFileSync(file, 'utf8').split(text).length - 1, 0);
}
