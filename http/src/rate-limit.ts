// SPDX-License-Identifier: Apache-2.0
// Token buckets for routes that anyone may call. What is remembered is bounded: under very many addresses those that were quiet longest
// are forgotten.
import { isIPv6 } from 'node:net';
import { RecentMap } from '@sigillo/wire';
import { HttpProblem } from './problem.ts';

/** Half of them at least are remembered: whoever wants his own to be forgotten needs so many other addresses. */
const BUCKETS_MAX = 40_000;

export interface RateLimit {
  /** Takes one from the bucket of this address at this route, or throws 429. */
  take(route: string, address: string): void;
}

export interface RateLimitOptions {
  readonly burst: number;
  readonly perMinute: number;
  readonly monotonic: () => number;
  readonly bucketsMax?: number;
}

interface Bucket {
  left: number;
  at: number;
}

export function rateLimit(options: RateLimitOptions): RateLimit {
  const buckets = new RecentMap<string, Bucket>(options.bucketsMax ?? BUCKETS_MAX);
  const perMs = options.perMinute / 60_000;
  const bucketOf = (key: string, now: number): Bucket => {
    const bucket = buckets.get(key) ?? { left: options.burst, at: now };
    buckets.set(key, bucket);
    return bucket;
  };
  return {
    take(route, address) {
      const now = options.monotonic();
      const bucket = bucketOf(`${route} ${network(address)}`, now);
      bucket.left = Math.min(options.burst, bucket.left + (now - bucket.at) * perMs);
      bucket.at = now;
      if (bucket.left < 1) throw new HttpProblem(429, 'rate_limited', undefined, { retryAfterSeconds: Math.max(1, Math.ceil((1 - bucket.left) / perMs / 1000)) });
      bucket.left -= 1;
    },
  };
}

/** One customer holds a whole /64 of IPv6 addresses. */
function network(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const filled = tail === undefined ? left : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return filled.slice(0, 4).join(':');
}
