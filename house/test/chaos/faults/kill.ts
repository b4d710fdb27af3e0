// SPDX-License-Identifier: Apache-2.0
// kill -9: a process, two of them one shortly after the other, or one of PostgreSQL's own.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { insist } from '../violation.ts';
import type { Fault, Injected, Scene } from './fault.ts';
import { timesLogged, timesSaid } from './signs.ts';

export function killOf(name: string): Fault {
  return { kind: `kill ${name}`, inject: async (scene) => kill(scene, name) };
}

function kill({ instance, said }: Scene, name: string): Injected {
  const pid = instance.supervisor.pidOf(name);
  insist(pid !== undefined, `${name} is not there`);
  const [died, ready] = [timesSaid(said, 'process died', name), timesSaid(said, 'process ready', name)];
  process.kill(pid, 'SIGKILL');
  return {
    endedAt: performance.now(),
    down: [name],
    observed: () => timesSaid(said, 'process died', name) > died,
    isUp: () => timesSaid(said, 'process ready', name) > ready,
  };
}

/** The second dies while the first is away, or just back. */
export function killOfBoth(one: string, other: string): Fault {
  return {
    kind: `kill ${one}, then ${other}`,
    inject: async (scene) => {
      const first = kill(scene, one);
      await pause(scene.random.between(0, 600));
      const second = kill(scene, other);
      return {
        endedAt: second.endedAt,
        down: [...first.down, ...second.down],
        observed: () => first.observed() && second.observed(),
        isUp: () => first.isUp() && second.isUp(),
      };
    },
  };
}

const BY_SIGNAL_9 = 'terminated by signal 9';

/** PostgreSQL then ends all its sessions and recovers, as if it had crashed. */
export const killOfBackend: Fault = {
  kind: 'kill a PostgreSQL backend',
  inject: async ({ instance, random }) => {
    const postmaster = instance.supervisor.pidOf('postgres');
    insist(postmaster !== undefined, 'PostgreSQL is not there');
    const before = timesLogged(instance, 'postgres', BY_SIGNAL_9);
    const backends = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isBackendOf(name, postmaster));
    insist(backends.length > 0, 'PostgreSQL has no session');
    process.kill(Number(random.pick(backends)), 'SIGKILL');
    const observed = (): boolean => timesLogged(instance, 'postgres', BY_SIGNAL_9) > before;
    return { endedAt: performance.now(), down: [], observed, isUp: observed };
  },
};

function isBackendOf(pid: string, postmaster: number): boolean {
  try {
    const parent = /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(parent) === postmaster && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('[local]');
  } catch {
    return false; // It has just ended.
  }
}
