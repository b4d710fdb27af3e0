// SPDX-License-Identifier: Apache-2.0
// A driver that signs other data than it was asked to: what a broken or hostile token would do.
import type { Driver } from '@sigillo/crypto-module';
import { digest as hashOf } from '@sigillo/wire';

export function lyingDriver(honest: Driver): Driver {
  return {
    ...honest,
    name: 'lying',
    signDigest: (key, algorithm, digest) => honest.signDigest(key, algorithm, hashOf(algorithm.hash, digest)),
  };
}
