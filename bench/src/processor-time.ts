// SPDX-License-Identifier: Apache-2.0
// Which room used the processors while something was measured. When a machine is busy with other things, rates fall and this does not.
import { busySeconds, familyOf, processorSeconds, roomOf } from './proc.ts';

/** Seconds of processor time, for each room and for all that is no part of this run, and the seconds that passed meanwhile. */
export interface Used {
  readonly rooms: Readonly<Record<string, number>>;
  readonly others: number;
  readonly seconds: number;
}

export const NOTHING_USED: Used = { rooms: {}, others: 0, seconds: 0 };

export interface Watched {
  /** The first process of the deployment. */
  readonly deployment: number;
  readonly generator: number;
}

/** Begins to count; the answer gives what was used since. Processes that end meanwhile are not in it. */
export function watchProcessors({ deployment, generator }: Watched): () => Used {
  const [began, busy] = [performance.now(), busySeconds()];
  const watched = [...familyOf(deployment).map((pid) => ({ pid, room: roomOf(pid) })), { pid: generator, room: 'generator' }];
  const processes = watched.map((one) => ({ ...one, before: processorSeconds(one.pid) }));
  return () => {
    const rooms = sumByRoom(processes.map(({ pid, room, before }) => [room, Math.max(0, processorSeconds(pid) - before)]));
    const own = Object.values(rooms).reduce((sum, seconds) => sum + seconds, 0);
    return { rooms, others: Math.max(0, busySeconds() - busy - own), seconds: (performance.now() - began) / 1000 };
  };
}

export function addUsed(one: Used, other: Used): Used {
  return { rooms: sumByRoom([...Object.entries(one.rooms), ...Object.entries(other.rooms)]), others: one.others + other.others, seconds: one.seconds + other.seconds };
}

function sumByRoom(parts: readonly (readonly [string, number])[]): Used['rooms'] {
  const sums: Record<string, number> = {};
  for (const [room, seconds] of parts) sums[room] = (sums[room] ?? 0) + seconds;
  return sums;
}
