// SPDX-License-Identifier: Apache-2.0
import { type Connection, openConnections } from './connection.ts';

type Work = (connection: Connection, at: number, done: () => void, failed: (cause: Error) => void) => void;

export interface Turns {
  readonly ssaUrl: string;
  readonly connections: number;
  /** How many pieces of work there are. */
  readonly count: number;
  /** No work begins later. */
  readonly seconds: number;
  /** Work begins in this rhythm, whether or not what is before it has ended; as fast as it can where there is none. */
  readonly perSecond?: number | undefined;
}

export interface Ran {
  /** How many pieces were done: the first ones. */
  readonly done: number;
  readonly seconds: number;
  /** In a rhythm the time counts from when the work was due: waiting for a free connection is part of it. */
  readonly tookMs: readonly number[];
}

/** Does pieces of work one after the other, one at a time on each connection. The first failure ends it all. */
export async function inTurn({ ssaUrl, connections, count, seconds, perSecond }: Turns, work: Work): Promise<Ran> {
  const open = await openConnections(ssaUrl, Math.min(connections, count));
  const tookMs: number[] = [];
  let next = 0;
  const started = performance.now();
  const until = started + seconds * 1000;
  const serve = (connection: Connection): Promise<void> =>
    new Promise((resolve, reject) => {
      let [at, due] = [0, 0];
      const begin = (): void => work(connection, at, done, reject);
      const done = (): void => {
        const now = performance.now();
        tookMs[at] = now - due;
        step(now);
      };
      const step = (now: number): void => {
        at = next;
        due = perSecond === undefined ? now : started + (at * 1000) / perSecond;
        if (at >= count || due >= until) return resolve();
        next++;
        if (due > now) setTimeout(begin, due - now);
        else begin();
      };
      step(performance.now());
    });
  try {
    await Promise.all(open.map(serve));
    return { done: tookMs.length, seconds: (performance.now() - started) / 1000, tookMs };
  } finally {
    for (const { close } of open) close();
  }
}
