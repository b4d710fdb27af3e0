// SPDX-License-Identifier: Apache-2.0

/** Remembers what may be used once. */
export interface ReplayMemory {
  /** Takes `key` until `untilSeconds`: `fresh` the first time, `seen` afterwards, `full` when it cannot remember more; only `fresh` may go on. */
  take(key: string, untilSeconds: number, nowSeconds: number): 'fresh' | 'seen' | 'full';
}

/**
 * A memory of at most `entriesMax` keys in this process. All keys must live equally long, so that the oldest goes first; what is too old is
 * forgotten as new keys come. It refuses rather than forgets what is still valid.
 */
export function replayMemory(entriesMax: number): ReplayMemory {
  const untils = new Map<string, number>();
  const forget = (nowSeconds: number): void => {
    for (const [key, until] of untils) {
      if (until > nowSeconds) return;
      untils.delete(key);
    }
  };
  return {
    take(key, untilSeconds, nowSeconds) {
      forget(nowSeconds);
      if (untils.has(key)) return 'seen';
      if (untils.size >= entriesMax) return 'full';
      untils.set(key, untilSeconds);
      return 'fresh';
    },
  };
}
