// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

/** The start of a process in ticks since the machine's; together with the number it names one process, never a later one of that number. */
export function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in brackets, may contain anything: fields are counted behind it. proc(5): starttime is field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
