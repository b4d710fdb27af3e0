// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';

/** Proportional set size of a process and all that descend from it, in KiB: a page that several share counts once in all (proc(5)). */
export function proportionalKib(pid: number): { readonly kib: number; readonly processes: number } {
  const parents = new Map(allProcesses().map((one) => [one, parentOf(one)]));
  const descends = (one: number | undefined): boolean => one === pid || (one !== undefined && one > 1 && descends(parents.get(one)));
  const family = [...parents.keys()].filter(descends);
  return { kib: family.reduce((sum, one) => sum + pssOf(one), 0), processes: family.length };
}

const allProcesses = (): number[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);

function parentOf(pid: number): number | undefined {
  const stat = contentOf(pid, 'stat');
  // The program's name, in brackets, may contain anything; the parent is the second field behind it.
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** A process that ended meanwhile has none. */
function pssOf(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(contentOf(pid, 'smaps_rollup') ?? '')?.[1] ?? 0);
}

function contentOf(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw cause;
  }
}
