// SPDX-License-Identifier: Apache-2.0
// ROW-16, the SAM's half: envelopes, activation keys and subjects' keys that were damaged in any way do not open, nor do those of another
// key.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { type EnvelopeFacts, Envelopes } from '../../src/signing-key/envelope.ts';
import { loadWithTwins, MUTATIONS, mutations } from '@sigillo/standards/test/attacks';

const GUARD = 'sealed-bytes.ts';
const SEED = 16;
const TITLE = `${MUTATIONS} damaged envelopes and activation keys`;

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const facts = (): EnvelopeFacts => ({
  deploymentId: random(16),
  signerId: random(16),
  keyId: random(16),
  publicKey: random(91),
  algorithm: 'P-256',
  usage: 'signature',
  soleControlLevel: 2,
  policyHash: random(32),
  signaturesMax: 100,
});

/** How many of so many damaged envelopes opened. */
function opened(Sealed: typeof Envelopes, count: number): number {
  const envelopes = new Sealed(random(32), random);
  const [mine, theirs] = [facts(), facts()];
  const [own, other] = [envelopes.close(mine, random(300)), envelopes.close(theirs, random(300))];
  assert.equal(envelopes.open(mine, own).length, 300);
  const damage = mutations(SEED);
  let accepted = 0;
  for (let i = 0; i < count; i++) {
    const part = i % 2 === 0 ? 'envelope' : 'activation';
    const sealed = { ...own, [part]: damage.next(own[part], [other[part], own[part === 'envelope' ? 'activation' : 'envelope']]) };
    try {
      envelopes.open(mine, sealed);
      accepted += 1;
    } catch (cause) {
      assert.ok(cause instanceof Error, `seed ${SEED}, number ${i}: ${String(cause)}`);
    }
  }
  return accepted;
}

suite('envelopes', () => {
  test(`ROW-16 ${TITLE} · ${GUARD} · activation_secret`, () => {
    assert.equal(opened(Envelopes, MUTATIONS), 0);
  });

  test(`ROW-16 twin · ${GUARD} · ${TITLE}`, async () => {
    const loaded = await loadWithTwins<{ Envelopes: typeof Envelopes }>({
      room: 'tamper-protected/sam',
      entry: 'src/signing-key/envelope.ts',
      guards: [GUARD],
    });
    assert.ok(opened(loaded.Envelopes, 200) > 50);
  });

  test('whole blobs of another key, another signer, another policy', () => {
    const envelopes = new Envelopes(random(32), random);
    const mine = facts();
    const own = envelopes.close(mine, random(300));
    for (const name of Object.keys(mine) as (keyof EnvelopeFacts)[]) assert.throws(
      () => envelopes.open({ ...mine, [name]: facts()[name] === mine[name] ? other(mine[name]) : facts()[name] }, own),
      name,
    );
    const stranger = new Envelopes(random(32), random).close(mine, random(300));
    assert.throws(() => envelopes.open(mine, stranger), 'of another SAM');
    assert.throws(() => envelopes.open(mine, { ...own, activation: stranger.activation }));
    assert.throws(() => envelopes.open(mine, { ...stranger, activation: own.activation }));
  });
});

function other(value: unknown): string | number {
  return typeof value === 'number' ? 1 : `${String(value)}x`;
}
