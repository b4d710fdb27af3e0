// SPDX-License-Identifier: Apache-2.0
// From a name to a signature, through the door, with the crypto module inside this process and in one of its own.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { historyStatement, outcomeStatement } from '@sigillo/doors/sap';
import { documents, enrolled, readStatement } from './played/signer.ts';
import { openWorld } from './played/world.ts';

for (const module of ['internal', 'external'] as const) {
  test(`a person enrols, approves and gets signatures (module ${module})`, async () => {
    const world = await openWorld({ module });
    try {
      const signer = await enrolled(world);
      const { messages, hashes } = documents(3);
      const intent = await signer.prepare(hashes);
      assert.equal(intent.statement.shown.clientName, 'Application sca');
      assert.equal(intent.statement.shown.firstTime, true);
      assert.equal(intent.body.items.length, 3);
      const receipt = await signer.authorise(intent);
      assert.equal((await signer.outcome(intent.challenge)).state, 'authorised');
      const signatures = await signer.execute(receipt, hashes);
      messages.forEach((message, i) => signer.verify(message, signatures[i]!));
      assert.equal((await signer.outcome(intent.challenge)).state, 'released');
      assert.equal((await signer.prepare(documents(1).hashes)).statement.shown.firstTime, false);

      const pageNonce = randomBytes(32);
      const history = readStatement(
        world,
        'history',
        historyStatement,
        await world.ask('history', { signerId: signer.signerId, before: null, pageNonce }),
        pageNonce,
      );
      assert.deepEqual(
        history.entries.map(({ event }) => event),
        ['released', 'executing', 'authorised', 'key_active', 'enrolled'],
      );
      assert.deepEqual(
        history.entries.map(({ number }) => number),
        [5, 4, 3, 2, 1],
      );
      assert.deepEqual(history.entries[0]!.names, ['contract 0.pdf', 'contract 1.pdf', 'contract 2.pdf']);
      assert.equal(history.keys[0]!.state, 'active');

      const nonce = randomBytes(32);
      const frozen = readStatement(
        world,
        'outcome',
        outcomeStatement,
        await world.ask('freeze', { signerId: signer.signerId, keyId: signer.keyId, pageNonce: nonce }),
        nonce,
      );
      assert.equal(frozen.state, 'frozen');
    } finally {
      await world.close();
    }
  });
}
