// SPDX-License-Identifier: Apache-2.0
// Starts processes one after the other, each when the one before answers; starts again what dies, later and later if it dies again and
// again; and ends all of them, the last started first. A process that dies before it ever answered ends the start of the house instead.
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '@sigillo/wire';
import { HouseError } from '../error.ts';
import { backOffMs, type BackOff } from './back-off.ts';
import type { Launched, Supervised } from './supervised.ts';

export interface SupervisorOptions {
  readonly log: Log;
  readonly readyWithinMs: number;
  /** After this a process that was asked to end is killed. */
  readonly stopWithinMs: number;
  readonly backOff: BackOff;
  /** Hears of every process that was started, before anything else happens to it. */
  readonly onLaunch?: (pid: number) => void;
}

export interface Supervisor {
  /** Starts a process and waits until it answers. From then on it is started again whenever it dies. */
  start(entry: Supervised): Promise<void>;
  /** Ends all. May be called at any time and more than once. */
  stop(): Promise<void>;
  pidOf(name: string): number | undefined;
}

interface Held {
  readonly entry: Supervised;
  current: Launched | undefined;
  deaths: number;
  /** What keeps the process up; settles when it is down for good. */
  upkeep: Promise<void>;
}

type Outcome = 'ready' | 'died' | 'late';

export function openSupervisor(options: SupervisorOptions): Supervisor {
  const { log } = options;
  const held: Held[] = [];
  const stopping = new AbortController();
  let stopped: Promise<void> | undefined;

  /** Settles with the first of: it answers, it is gone, it took too long. */
  const launch = async (one: Held): Promise<Outcome> => {
    const { entry } = one;
    const launched = entry.launch();
    one.current = launched;
    const { child } = launched;
    child.once('error', () => log.error('process could not be started', { process: entry.name }));
    if (child.pid !== undefined) options.onLaunch?.(child.pid);
    const late = new AbortController();
    const outcome = await Promise.race<Outcome>([
      launched.ready.then(() => 'ready'),
      gone(launched).then(() => 'died'),
      pause(options.readyWithinMs, 'late' as const, { signal: late.signal }).catch(() => 'late'),
    ]);
    late.abort();
    if (outcome === 'late') child.kill('SIGKILL');
    if (outcome === 'ready') log.info('process ready', { process: entry.name, ...(child.pid === undefined ? {} : { pid: child.pid }) });
    return outcome;
  };

  const keepUp = async (one: Held): Promise<void> => {
    for (let answersSince = performance.now(); ;) {
      await gone(one.current!);
      if (stopping.signal.aborted) return;
      if (performance.now() - answersSince > options.backOff.calmMs) one.deaths = 0;
      const waitMs = backOffMs(options.backOff, one.deaths);
      one.deaths += 1;
      log.error('process died', { process: one.entry.name, code: endOf(one.current!), count: one.deaths, durationMs: waitMs });
      await pause(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      try {
        answersSince = (await launch(one)) === 'ready' ? performance.now() : Infinity;
      } catch (error) {
        log.error('process could not be started', { process: one.entry.name }, error);
      }
    }
  };

  const start = async (entry: Supervised): Promise<void> => {
    if (stopping.signal.aborted) throw new HouseError('process_died', `${entry.name} was not started: the house is ending.`);
    const one: Held = { entry, current: undefined, deaths: 0, upkeep: Promise.resolve() };
    held.push(one);
    const outcome = await launch(one);
    if (outcome === 'late') throw new HouseError('process_late', `${entry.name} did not answer within ${options.readyWithinMs / 1000} s.`);
    if (outcome === 'died') throw new HouseError('process_died', `${entry.name} ended (${endOf(one.current!)}) before it answered.`);
    one.upkeep = keepUp(one);
  };

  const stopAll = async (): Promise<void> => {
    stopping.abort();
    for (const one of held.toReversed()) {
      await end(one, options.stopWithinMs, log);
      await one.upkeep;
    }
  };

  return {
    start,
    stop: () => (stopped ??= stopAll()),
    pidOf: (name) => held.find(({ entry }) => entry.name === name)?.current?.child.pid,
  };
}

async function end({ entry, current }: Held, withinMs: number, log: Log): Promise<void> {
  if (current === undefined || isGone(current)) return;
  current.child.kill(entry.stopSignal);
  const deadline = setTimeout(() => {
    log.warn('process did not end and is killed', { process: entry.name });
    current.child.kill('SIGKILL');
  }, withinMs);
  await gone(current);
  clearTimeout(deadline);
}

function isGone({ child }: Launched): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function gone(launched: Launched): Promise<void> {
  if (!isGone(launched)) await once(launched.child, 'exit');
}

function endOf({ child }: Launched): string {
  return child.signalCode ?? (child.exitCode === null ? 'not started' : `exit ${child.exitCode}`);
}
