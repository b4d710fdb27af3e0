// SPDX-License-Identifier: Apache-2.0
// Sending somebody away costs as much as a good part of an answer, most of it in the kernel: a crowd that is told no as fast as it asks takes the
// machine from those who are served. So refusals are told at a bounded rate. A caller whose refusal waits for its turn asks nothing more on that
// connection meanwhile, and waits less than the time after which it may come again. A small crowd is told at once.
import type { ServerResponse } from 'node:http';

export interface Refusals {
  /** Tells it now, or when it is its turn. */
  tell(response: ServerResponse, say: () => void): void;
}

export interface RefusalOptions {
  readonly perSecond: number;
  /** Nobody waits longer, however many there are. */
  readonly waitMsMax: number;
  readonly monotonic: () => number;
}

const BURST_MS = 100;
const TICK_MS = 5;

interface Waiting {
  readonly response: ServerResponse;
  readonly say: () => void;
  readonly dueAt: number;
}

export function refusals({ perSecond, waitMsMax, monotonic }: RefusalOptions): Refusals {
  const waiting: Waiting[] = [];
  // When the refusal before this one is, or was, due; so it rises, and those who wait stand in order.
  let last = monotonic() - BURST_MS;
  const turn = (): void => {
    const now = monotonic();
    const later = waiting.findIndex(({ dueAt }) => dueAt > now);
    for (const { response, say } of waiting.splice(0, later === -1 ? waiting.length : later)) if (!response.destroyed) say();
    if (waiting.length > 0) setTimeout(turn, TICK_MS);
  };
  return {
    tell(response, say) {
      const now = monotonic();
      last = Math.min(now + waitMsMax, Math.max(last, now - BURST_MS) + 1000 / perSecond);
      if (last <= now) {
        say();
        return;
      }
      waiting.push({ response, say, dueAt: last });
      if (waiting.length === 1) setTimeout(turn, TICK_MS);
    },
  };
}
