// SPDX-License-Identifier: Apache-2.0
import { turn } from './schedule.ts';

/** Lets things happen until the work is done. */
export async function until<T>(work: Promise<T>, step: () => Promise<unknown>): Promise<T> {
  const progress = { over: false };
  const end = (): void => {
    progress.over = true;
  };
  work.then(end, end);
  await turn();
  while (!progress.over) await step();
  return work;
}
