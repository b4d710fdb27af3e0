// SPDX-License-Identifier: Apache-2.0

export interface Rate {
  readonly count: number;
  readonly seconds: number;
}

/**
 * Does `work` again and again, as many at a time as `atOnce`, until the time is over or `work` says that nothing is left (0). What
 * has begun is waited for, and counts with the time it took. `work` gives how many things it did; a failure ends the run.
 */
export async function rateOf(work: (worker: number) => Promise<number>, limits: { readonly seconds: number; readonly atOnce: number }): Promise<Rate> {
  let count = 0;
  const started = performance.now();
  const until = started + limits.seconds * 1000;
  await Promise.all(
    Array.from({ length: limits.atOnce }, async (_, worker) => {
      for (let done = 1; done > 0 && performance.now() < until;) {
        done = await work(worker);
        count += done;
      }
    }),
  );
  return { count, seconds: (performance.now() - started) / 1000 };
}

export const perSecond = ({ count, seconds }: Pick<Rate, 'count' | 'seconds'>): number => count / seconds;
