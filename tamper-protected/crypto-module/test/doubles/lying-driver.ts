// SPDX-License-Identifier: Apache-2.0
// A driver that signs other data than it was asked to: what a broken or hostile token would do.
import { createHash } from 'node:crypto';
import type { Driver } from '../../src/index.ts';

export function lyingDriver(honest: Driver): Driver {
  return {
    ...honest,
    name: 'lying',
    signDigest: (key, algorithm, digest) => honest.signDigest(key, algorithm, createHash(algorithm.hash).update(digest).digest()),
  };
}
