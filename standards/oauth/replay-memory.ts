// SPDX-License-Identifier: Apache-2.0

/** Remembers what may be used once. */
export interface ReplayMemory {
  /** Takes `key` until `untilSeconds`: `fresh` the first time, `seen` afterwards, `full` when it cannot remember more; only `fresh` may go on. */
  take(key: string, untilSeconds: number, nowSeconds: number): 'fresh' | 'seen' | 'full';
}

const SLACK = 1024;

/**
 * A memory of at most `entriesMax` keys in this process. All keys must live equally long, so that the oldest goes first; what is too old is
 * forgotten as new keys come. It refuses rather than forgets what is still valid. No step walks over what was forgotten before: the oldest are
 * found in a queue, not as the first of a map from which very many were deleted.
 */
export function replayMemory(entriesMax: number): ReplayMemory {
  const keys = new Set<string>();
  let queue: { readonly key: string; readonly untilSeconds: number }[] = [];
  let oldest = 0;
  const forget = (nowSeconds: number): void => {
    for (; oldest < queue.length && queue[oldest]!.untilSeconds <= nowSeconds; oldest++) keys.delete(queue[oldest]!.key);
    if (oldest < SLACK || 2 * oldest < queue.length) return;
    queue = queue.slice(oldest);
    oldest = 0;
  };
  return {
    take(key, untilSeconds, nowSeconds) {
      forget(nowSeconds);
      if (keys.has(key)) return 'seen';
      if (keys.size >= entriesMax) return 'full';
      keys.add(key);
      queue.push({ key, untilSeconds });
      return 'fresh';
    },
  };
}
