// SPDX-License-Identifier: Apache-2.0
// What V8's sampling profiles say, one file for each process that ended: where its own time went, function by function.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number } }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const SHOWN = 25;
const NOT_WORK = new Set(['(idle)', '(program)']);

/** For each process the functions that took the most time by themselves, as text. */
export function profilesIn(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => describe(name, filesIn(join(folder, name))))
    .join('\n');
}

function filesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.cpuprofile')).map((name) => join(folder, name)) : [];
}

function describe(process: string, files: readonly string[]): string {
  const times = new Map<string, number>();
  for (const file of files) addSelfTimes(times, JSON.parse(readFileSync(file, 'utf8')) as CpuProfile);
  const busy = [...times].filter(([name]) => !NOT_WORK.has(name));
  const whole = busy.reduce((sum, [, time]) => sum + time, 0);
  const shown = busy.toSorted(([, a], [, b]) => b - a).slice(0, SHOWN);
  const lines = shown.map(([name, time]) => `${milliseconds(time).padStart(8)} ms ${((100 * time) / whole).toFixed(1).padStart(5)} %  ${name}\n`);
  return `${process}: ${milliseconds(whole)} ms of its own, ${milliseconds(times.get('(program)') ?? 0)} ms outside of what is sampled\n${lines.join('')}`;
}

const milliseconds = (microseconds: number): string => (microseconds / 1000).toFixed(0);

function addSelfTimes(times: Map<string, number>, { nodes, samples, timeDeltas }: CpuProfile): void {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  for (const [at, sample] of samples.entries()) {
    const name = names.get(sample) ?? '(unknown)';
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[at + 1] ?? 0));
  }
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const place = /(?:node_modules\/)?[^/]+\/[^/]+\/[^/]+$/.exec(url)?.[0] ?? url;
  const name = functionName === '' ? '(anonymous)' : functionName;
  return place === '' ? name : `${name}  ${place}:${lineNumber + 1}`;
}
