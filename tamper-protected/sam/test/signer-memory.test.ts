// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { RowIndex } from '../src/records/row-index.ts';
import { ENTRIES_PER_MILESTONE, Signers } from '../src/signer-memory.ts';
import { seeded } from './records/seeded.ts';

const HASH = new Uint8Array(32);
const hex = (ids: readonly Uint8Array[]): string[] => ids.map((id) => Buffer.from(id).toString('hex'));

suite("signers' memory", () => {
  test('keys, passkeys, uses, clients and orders of many signers, as plain maps have them', () => {
    const random = seeded('signers');
    const index = new RowIndex(random.bytes(8));
    const signers = new Signers(index);
    const people = Array.from({ length: 300 }, () => ({ id: random.bytes(16), keys: [] as Uint8Array[], passkeys: [] as Uint8Array[], clients: new Set<string>() }));
    const orders = new Map<Uint8Array, Uint8Array>();
    for (let i = 0; i < 3000; i++) {
      const person = people[random.below(people.length)]!;
      const keyId = random.bytes(16);
      const passkey = random.bytes(32);
      const enrolment = random.bytes(32);
      const order = random.bytes(16);
      const clientId = `client ${random.below(50)}`;
      signers.addKey(person.id, index.set('signing_key', keyId, 1, HASH, i + 1));
      signers.addPasskey(person.id, index.set('authenticator', passkey, 1, HASH, i + 1));
      signers.addOrder(order, index.set('enrolment', enrolment, 1, HASH, i + 1));
      signers.allow(person.id, clientId);
      signers.usedKey(keyId, i + 1);
      signers.usedPasskey(passkey, 2 * i, i + 2);
      person.keys.push(keyId);
      person.passkeys.push(passkey);
      person.clients.add(clientId);
      orders.set(order, enrolment);
      assert.deepEqual([signers.keyLastUsed(keyId), signers.passkeyLastUsed(passkey), signers.signCount(passkey)], [i + 1, i + 2, 2 * i]);
    }
    for (const { id, keys, passkeys, clients } of people) {
      const known = signers.of(id);
      assert.deepEqual(hex(known.keys), hex(keys));
      assert.deepEqual(hex(known.authenticators), hex(passkeys));
      for (let i = 0; i < 50; i++) assert.equal(known.hasAllowed(`client ${i}`), clients.has(`client ${i}`), `client ${i}`);
    }
    for (const [order, enrolment] of orders) assert.deepEqual(signers.enrolmentOf(order), enrolment);
    assert.equal(signers.enrolmentOf(random.bytes(16)), undefined);
    assert.equal(signers.keyLastUsed(random.bytes(16)), null);
    assert.equal(index.version('signer', people[0]!.id), 0, 'who has a memory has no row yet');
  });

  test('a history of any length: no entry is further from a known one than a milestone', () => {
    const signers = new Signers(new RowIndex(new Uint8Array(8)));
    const signer = new Uint8Array(16).fill(3);
    assert.deepEqual(signers.entryFrom(signer, 0), { entry: 0, record: 0 });
    for (let entry = 1; entry <= 1000; entry++) {
      signers.addEntry(signer, { entry, record: entry * 7 });
      assert.deepEqual(signers.newestEntry(signer), { entry, record: entry * 7 });
      for (const wanted of [1, Math.ceil(entry / 2), entry]) {
        const from = signers.entryFrom(signer, wanted);
        assert.deepEqual(signers.entryFrom(signer, 0), { entry: 0, record: 0 });
        assert.deepEqual(signers.entryFrom(signer, -1), { entry: 0, record: 0 });
        assert.ok(from.entry >= wanted && from.entry - wanted < ENTRIES_PER_MILESTONE && from.record === from.entry * 7);
      }
    }
  });
});
