// SPDX-License-Identifier: Apache-2.0
// SWP-5: lists with one wrong item at each place.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite } from 'node:test';
import { enrolled } from '../played/signer.ts';
import { approved } from './approach.ts';
import { attacksOnSam, signaturesOf } from './stage.ts';
import { CONTEXT, flipped, MANY, sweepOver } from './sweeping.ts';

suite('SWP-5: every place in a list', () => {
  const { sweep } = attacksOnSam();

  /** A wrong item of different kinds, by its place. */
  function spoilt(hashes: readonly Uint8Array[], at: number): Uint8Array[] {
    const wrong = [
      () => randomBytes(32),
      () => flipped(hashes[at]!, at),
      () => hashes[at]!.subarray(0, 31),
      () => (hashes.length === 1 ? new Uint8Array(32) : hashes[(at + 1) % hashes.length]!),
    ][at % 4]!;
    return hashes.map((hash, i) => (i === at ? wrong() : hash));
  }

  sweep({
    id: 'SWP-5',
    title: 'lists of 1 to 100 with one wrong item at each place, and then the right list',
    guard: ['activation/match-items.ts', 'tamper-protected/crypto-module:used-marks.ts'],
    code: 'list_mismatch',
    options: MANY,
    async run(world, forms) {
      const signer = await enrolled(world);
      const all = { tried: 0, accepted: 0 };
      for (const count of forms === 'all' ? Array.from({ length: 100 }, (_, i) => i + 1) : [1, 2, 3]) {
        const { receipt, hashes } = await approved(signer, count);
        const before = await signaturesOf(world);
        const places = Array.from({ length: count }, (_, at) => at);
        const { tried, accepted } = await sweepOver(/list_mismatch/, places, (at) =>
          Promise.resolve(world.sam.handlers.execute(signer.executeRequest(receipt, spoilt(hashes, at)), CONTEXT)),
        );
        all.tried += tried;
        all.accepted += accepted;
        if (accepted === 0) assert.equal(await signaturesOf(world), before);
        assert.equal((await signer.execute(receipt, hashes)).length, count);
      }
      return all;
    },
  });
});
