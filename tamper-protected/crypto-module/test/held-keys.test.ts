// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { CryptoModuleError, type Driver, type KeyHandle, type Soon } from '../src/index.ts';
import { HeldKeys, HELD_MS_MAX, type KeyUse } from '../src/held-keys.ts';

/** Counts what is unwrapped and what is destroyed; a key that was destroyed is never used again. */
function counting(answer: (key: KeyHandle) => Soon<KeyHandle> = (key) => key): { readonly driver: Driver; readonly alive: Set<KeyHandle>; unwrapped: number } {
  const alive = new Set<KeyHandle>();
  const counted = { alive, unwrapped: 0, driver: undefined as unknown as Driver };
  counted.driver = {
    unwrap: () => {
      const key: KeyHandle = { publicKey: new Uint8Array(0), algorithm: 'P-256' };
      counted.unwrapped += 1;
      alive.add(key);
      return answer(key);
    },
    destroy: (key: KeyHandle) => assert.ok(alive.delete(key), 'destroyed twice'),
  } as unknown as Driver;
  return counted;
}

const asked = (change: Partial<KeyUse> = {}): KeyUse => ({ operation: randomBytes(32), keyId: randomBytes(16), wrapped: randomBytes(40), keepUntil: 1000, ...change });

suite('keys that stay for an operation', () => {
  test('are unwrapped once, and gone with the last call', () => {
    const counted = counting();
    const held = new HeldKeys(counted.driver, () => 0);
    const use = asked();
    for (let n = 0; n < 3; n++) void held.use(use, (key) => assert.ok(counted.alive.has(key)));
    assert.equal(counted.unwrapped, 1);
    assert.equal(counted.alive.size, 1);
    void held.use({ ...use, keepUntil: 0 }, (key) => assert.ok(counted.alive.has(key)));
    assert.equal(counted.alive.size, 0);
    assert.equal(held.size, 0);
  });

  test('serve no other operation, no other blob and no other key id', () => {
    const counted = counting();
    const held = new HeldKeys(counted.driver, () => 0);
    const use = asked();
    const changes = [use, { ...use, operation: randomBytes(32) }, { ...use, wrapped: randomBytes(40) }, { ...use, keyId: randomBytes(16) }];
    for (const [n, change] of changes.entries()) {
      void held.use(change, () => undefined);
      assert.equal(counted.unwrapped, n + 1);
    }
    // What was replaced is gone.
    assert.equal(counted.alive.size, 2);
  });

  test('go when the operation has ended, when their time is over, and at the end', () => {
    const counted = counting();
    let now = 0;
    const held = new HeldKeys(counted.driver, () => now);
    const [first, second, third] = [asked(), asked({ keepUntil: 10 * HELD_MS_MAX }), asked({ keepUntil: 10 * HELD_MS_MAX })];
    for (const use of [first, second]) void held.use(use, () => undefined);
    held.forget(first.operation);
    assert.equal(counted.alive.size, 1);
    now = HELD_MS_MAX - 1;
    held.sweep();
    assert.equal(counted.alive.size, 1, 'its time is not over');
    now = HELD_MS_MAX;
    held.sweep();
    assert.equal(counted.alive.size, 0, 'no call asks for longer than the most');
    void held.use(third, () => undefined);
    held.close();
    assert.equal(counted.alive.size, 0);
  });

  test('whose time is over are not used again, swept or not', () => {
    const counted = counting();
    let now = 0;
    const held = new HeldKeys(counted.driver, () => now);
    const use = asked();
    void held.use(use, () => undefined);
    now = 1000;
    void held.use({ ...use, keepUntil: 2000 }, () => undefined);
    assert.equal(counted.unwrapped, 2);
    assert.equal(counted.alive.size, 1);
  });

  test('stay while a call that answers later works with them', async () => {
    const counted = counting();
    const held = new HeldKeys(counted.driver, () => 0);
    const use = asked();
    let answer = (): void => undefined;
    const working = held.use(use, (key) => new Promise<boolean>((resolve) => (answer = () => resolve(counted.alive.has(key)))));
    held.forget(use.operation);
    assert.equal(counted.alive.size, 1);
    answer();
    assert.equal(await working, true);
    assert.equal(counted.alive.size, 0);
  });

  test('that cannot be unwrapped leave nothing behind', async () => {
    const wrong = new CryptoModuleError('key_wrapped_wrong');
    const later = new HeldKeys(counting(() => Promise.reject(wrong)).driver, () => 0);
    await assert.rejects(async () => later.use(asked(), () => undefined), wrong);
    assert.equal(later.size, 0);
    const atOnce = new HeldKeys(
      counting(() => {
        throw wrong;
      }).driver,
      () => 0,
    );
    assert.throws(() => atOnce.use(asked(), () => undefined), wrong);
    assert.equal(atOnce.size, 0);
  });

  test('are bounded in number: the oldest goes', () => {
    const counted = counting();
    const held = new HeldKeys(counted.driver, () => 0);
    for (let n = 0; n < 4100; n++) void held.use(asked(), () => undefined);
    assert.equal(held.size, 4096);
    assert.equal(counted.alive.size, 4096);
  });
});
