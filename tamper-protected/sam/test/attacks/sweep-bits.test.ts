// SPDX-License-Identifier: Apache-2.0
// SWP-1: every single bit of what the passkey signs and of what it answers.
import assert from 'node:assert/strict';
import { suite } from 'node:test';
import { challengePreimage } from '@sigillo/doors/sap';
import { Authenticator, type AuthenticatorAlgorithm } from '../played/authenticator.ts';
import { documents, enrolled } from '../played/signer.ts';
import { sha256, SIGN, type World } from '../played/world.ts';
import { attacksOnSam, recordsOf, signaturesOf, type Swept } from './stage.ts';
import { answering, flipped, MANY, prepared, sweepOver } from './sweeping.ts';

const bitsOf = (bytes: number): number[] => Array.from({ length: bytes * 8 }, (_, bit) => bit);
const some = (bits: readonly number[], bytes: number): number[] => bits.filter((bit) => bit % 37 === 0 && bit < bytes * 8);

const PERSON = { country: 'DE', givenName: null, surname: null, pseudonym: 'Sweep' };

suite('SWP-1: every bit', () => {
  const { sweep } = attacksOnSam();
  const CLIENT = 'activation/checks/client-data.ts';
  const DATA = 'activation/checks/authenticator-data.ts';
  const SIGNATURE = 'activation/checks/assertion-signature.ts';

  sweep({
    id: 'SWP-1',
    title: 'every bit of the intent that the passkey signs',
    guard: CLIENT,
    code: 'sad_challenge',
    options: MANY,
    async run(world, forms) {
      const signer = await enrolled(world);
      const { hashes } = documents(2);
      const { encoded } = await prepared(signer, hashes);
      const bits = bitsOf(encoded.length);
      const before = await signaturesOf(world);
      const spent = await spentOf(world);
      const swept = await sweepOver(/sad_challenge/, forms === 'all' ? bits : some(bits, encoded.length), async (bit) => {
        const live = await prepared(signer, hashes);
        const other = flipped(live.encoded, Math.min(bit, live.encoded.length * 8 - 1));
        await answering(world, live, signer.passkey.get(sha256(challengePreimage('sign', other))));
      });
      assert.equal(await signaturesOf(world), before);
      assert.equal((await spentOf(world)) - spent, swept.tried - swept.accepted, 'each is written down');
      return swept;
    },
  });

  type Part = 'authenticatorData' | 'clientDataJson' | 'signature';
  // Of authenticatorData the twin still reads the count, which is its last four bytes.
  const parts: readonly [part: Part, guard: readonly string[], bytes: number][] = [
    ['authenticatorData', [DATA, SIGNATURE], 33],
    ['clientDataJson', [CLIENT, SIGNATURE], Number.MAX_SAFE_INTEGER],
    ['signature', [SIGNATURE], Number.MAX_SAFE_INTEGER],
  ];
  for (const [part, guard, bytes] of parts)
    sweep({
      id: 'SWP-1',
      title: `every bit of ${part}, with P-256, Ed25519 and RSA passkeys`,
      guard,
      code: 'sad_*',
      options: MANY,
      async run(world, forms) {
        const all = { tried: 0, accepted: 0 };
        for (const algorithm of ['ES256', 'EdDSA', 'RS256'] as const) {
          const { tried, accepted } = await flipAnswers(world, algorithm, part, (bits) => (forms === 'all' ? bits : some(bits, bytes)));
          all.tried += tried;
          all.accepted += accepted;
        }
        return all;
      },
    });

  async function flipAnswers(
    world: World,
    algorithm: AuthenticatorAlgorithm,
    part: Part,
    choose: (bits: readonly number[]) => readonly number[],
  ): Promise<Swept> {
    const signer = await enrolled(world, PERSON, new Authenticator(SIGN, algorithm));
    const { hashes } = documents(1);
    // A right answer is taken, so that the wrong ones are refused for being wrong.
    const right = await prepared(signer, hashes);
    const answer = signer.passkey.get(right.challenge);
    await answering(world, right, answer);
    const before = await signaturesOf(world);
    const spent = await spentOf(world);
    const swept = await sweepOver(/sad_\w+/, choose(bitsOf(answer[part].length)), async (bit) => {
      const live = await prepared(signer, hashes);
      const answer = signer.passkey.get(live.challenge);
      const last = answer[part].length * 8 - 1;
      await answering(world, live, { ...answer, [part]: flipped(answer[part], Math.min(bit, last)) });
    });
    assert.equal(await signaturesOf(world), before);
    assert.equal((await spentOf(world)) - spent, swept.tried - swept.accepted, 'each is written down');
    return swept;
  }
});

async function spentOf(world: World): Promise<number> {
  return (await recordsOf(world)).filter(({ event }) => event === 'spent').length;
}
