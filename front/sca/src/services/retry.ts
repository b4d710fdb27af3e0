// SPDX-License-Identifier: Apache-2.0
import { ServiceError } from './error.ts';

const WAITS_MS = [300, 1000, 2500, 5000] as const;

/** Asks again where the other side was not reached or did not answer: for calls that may be repeated. */
export async function repeated<T>(call: () => Promise<T>, wait: (ms: number) => Promise<void>): Promise<T> {
  for (const ms of WAITS_MS) {
    try {
      return await call();
    } catch (cause) {
      if (!(cause instanceof ServiceError) || cause.code !== 'service_unavailable') throw cause;
    }
    await wait(ms);
  }
  return call();
}
