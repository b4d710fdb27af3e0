// SPDX-License-Identifier: Apache-2.0
// Which room used the processors while something was measured. When a machine is busy with other things, rates fall and this does not.
import { familyOf, processorSeconds, roomOf } from './proc.ts';

/** Seconds for each room. */
export type ProcessorTime = Readonly<Record<string, number>>;

export interface Watched {
  /** The first process of the deployment. */
  readonly deployment: number;
  readonly generator: number;
}

/** Begins to count; the answer gives what was used since. Processes that end meanwhile are not in it. */
export function watchProcessors({ deployment, generator }: Watched): () => ProcessorTime {
  const processes = [...familyOf(deployment).map((pid) => ({ pid, room: roomOf(pid) })), { pid: generator, room: 'generator' }].map((one) => ({ ...one, before: processorSeconds(one.pid) }));
  return () => sumByRoom(processes.map(({ pid, room, before }) => [room, Math.max(0, processorSeconds(pid) - before)]));
}

export function sumByRoom(parts: readonly (readonly [string, number])[]): ProcessorTime {
  const sums: Record<string, number> = {};
  for (const [room, seconds] of parts) sums[room] = (sums[room] ?? 0) + seconds;
  return sums;
}
