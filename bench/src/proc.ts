// SPDX-License-Identifier: Apache-2.0
// The processes of a deployment as /proc shows them (proc(5)): who descends from whom, what they hold, and how long they ran.
import { readdirSync, readFileSync } from 'node:fs';

/** A process and all that descend from it. */
export function familyOf(pid: number): readonly number[] {
  const parents = new Map(allProcesses().map((one) => [one, Number(statOf(one)?.[1])]));
  const descends = (one: number | undefined): boolean => one === pid || (one !== undefined && one > 1 && descends(parents.get(one)));
  return [...parents.keys()].filter(descends);
}

/** Proportional set size in KiB: a page that several share counts once in all. A process that ended meanwhile has none. */
export function proportionalKib(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(contentOf(pid, 'smaps_rollup') ?? '')?.[1] ?? 0);
}

/** Seconds of processor time, user and system, since its start. */
export function processorSeconds(pid: number): number {
  const fields = statOf(pid);
  return fields === undefined ? 0 : (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Seconds for which the machine's processors were busy since its start, all together: proc(5), first line of /proc/stat without fields 4 and 5. */
export function busySeconds(): number {
  const [user = 0, nice = 0, system = 0, , , ...interrupts] = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]!.trim().split(/ +/).slice(1, 9).map(Number);
  return [user, nice, system, ...interrupts].reduce((sum, ticks) => sum + ticks, 0) / TICKS_PER_SECOND;
}

/** The process of the table that it is, by its configuration; PostgreSQL; or the house around them. */
export function roomOf(pid: number): string {
  const words = (contentOf(pid, 'cmdline') ?? '').split('\0');
  const room = words.map((word) => /\/config\/([^/]+?)(?:-raised)?\.json$/.exec(word)?.[1]).findLast((name) => name !== undefined);
  if (room !== undefined) return room;
  return contentOf(pid, 'comm')?.startsWith('postgres') === true ? 'PostgreSQL' : 'house';
}

/** USER_HZ, which Linux keeps at 100 for everybody that it tells times to. */
const TICKS_PER_SECOND = 100;

const allProcesses = (): number[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);

/** The fields behind the program's name, which stands in brackets and may contain anything. The first one is field 3, the state. */
function statOf(pid: number): string[] | undefined {
  const stat = contentOf(pid, 'stat');
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
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
