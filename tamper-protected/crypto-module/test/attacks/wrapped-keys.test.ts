// SPDX-License-Identifier: Apache-2.0
// ROW-16, the module's half: a wrapped key that was damaged in any way does not open, nor does the module's sealed secret.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { softwareDriver } from '../../src/software/driver.ts';
import { loadWithTwins, MUTATIONS, mutations } from '@sigillo/standards/test/attacks';

const GUARDS = ['software/binding.ts', 'software/seal.ts'];
const SEED = 16;
const TITLE = `${MUTATIONS} damaged wrapped keys`;

/** How many of so many damaged blobs gave a key. */
async function unwrapped(open: typeof softwareDriver, count: number): Promise<number> {
  const driver = open(randomBytes(32));
  const keyId = randomBytes(16);
  const own = (await driver.generate(keyId, 'P-256')).wrapped;
  const other = (await driver.generate(randomBytes(16), 'P-256')).wrapped;
  driver.destroy(await driver.unwrap(keyId, own));
  const damage = mutations(SEED);
  let accepted = 0;
  for (let i = 0; i < count; i++) {
    try {
      driver.destroy(await driver.unwrap(keyId, i === 0 ? other : damage.next(own, [other])));
      accepted += 1;
    } catch (cause) {
      assert.equal((cause as { code?: unknown }).code, 'key_wrapped_wrong', `seed ${SEED}, number ${i}`);
    }
  }
  return accepted;
}

suite('wrapped keys', () => {
  test(`ROW-16 ${TITLE} · ${GUARDS.join(' + ')} · key_wrapped_wrong`, async () => {
    assert.equal(await unwrapped(softwareDriver, MUTATIONS), 0);
  });

  test(`ROW-16 twin · ${GUARDS.join(' + ')} · ${TITLE}`, async () => {
    const graph = { room: 'tamper-protected/crypto-module', entry: 'src/software/driver.ts', guards: GUARDS };
    const loaded = await loadWithTwins<{ softwareDriver: typeof softwareDriver }>(graph);
    assert.ok((await unwrapped(loaded.softwareDriver, 200)) > 10);
  });
});
