// SPDX-License-Identifier: Apache-2.0
// Who had the processors: this test and all that it started, or somebody else.
import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

export interface ProcessorTime {
  /** Seconds of all processors in which anybody worked. */
  readonly busy: number;
  /** Of these, seconds of this process and its descendants, also of those that have ended. */
  readonly own: number;
}

export function processorTime(): ProcessorTime {
  // user nice system idle iowait irq softirq steal (proc_stat(5))
  const [user, nice, system, , , irq, softirq] = /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'latin1'))![1]!.split(' ').map(Number) as [number, number, number, number, number, number, number];
  return { busy: (user + nice + system + irq + softirq) / TICKS_PER_SECOND, own: family(process.pid).reduce((sum, pid) => sum + ticksOf(pid, true), 0) / TICKS_PER_SECOND };
}

/** How much of what was done between two looks somebody else did. */
export function foreignShare(before: ProcessorTime, after: ProcessorTime): number {
  const busy = after.busy - before.busy;
  return busy <= 0 ? 0 : Math.min(1, Math.max(0, 1 - (after.own - before.own) / busy));
}

/** Seconds of processor time of one process. */
export function processorSecondsOf(pid: number): number {
  return ticksOf(pid, false) / TICKS_PER_SECOND;
}

/** A process and its descendants. */
function family(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = Number(fieldsOf(Number(name))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const all = [pid];
  for (const one of all) all.push(...(children.get(one) ?? []));
  return all;
}

/** Of a process, and of its children that it has seen end. */
function ticksOf(pid: number, withChildren: boolean): number {
  const fields = fieldsOf(pid) ?? [];
  return fields.slice(11, withChildren ? 15 : 13).reduce((sum, ticks) => sum + Number(ticks), 0);
}

/** Fields of /proc/PID/stat from the third on; the name in brackets may contain anything. */
function fieldsOf(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, '').split(' ');
  } catch {
    return undefined; // It has ended.
  }
}
