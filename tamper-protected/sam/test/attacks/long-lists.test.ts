// SPDX-License-Identifier: Apache-2.0
// Lists of more than a hundred items: the passkey signs their root, and the SAM keeps the list.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite } from 'node:test';
import { toHex } from '@sigillo/standards/bytes';
import { documents } from '../played/signer.ts';
import { approved } from './approach.ts';
import { attacksOnSam } from './stage.ts';

const MATCH = 'activation/match-items.ts';
const UNCHANGED = 'activation/checks/body-unchanged.ts';
/** The crypto module has a memory of its own of what it signed. */
const USED_MARKS = 'tamper-protected/crypto-module:used-marks.ts';
const LONG = { policy: { signaturesMax: 1000 } };

suite('attacks with long lists', () => {
  const { attack } = attacksOnSam();

  attack({
    id: 'SAP-05',
    title: 'item 101 of a long list exchanged at Execute',
    guard: MATCH,
    code: 'list_mismatch',
    event: 'refused',
    options: LONG,
    async run({ signer, strike }) {
      const { receipt, hashes } = await approved(signer, 150);
      await strike(() => signer.execute(receipt, hashes.with(100, randomBytes(32) as Uint8Array)));
    },
  });

  attack({
    id: 'SAP-06',
    title: 'parts of a long list again, whole, halved and in another order',
    guard: [MATCH, USED_MARKS],
    code: 'list_mismatch',
    event: 'refused',
    options: LONG,
    async run({ signer, strike }) {
      const { receipt, hashes } = await approved(signer, 250);
      assert.equal((await signer.execute(receipt, hashes.slice(100, 200))).length, 100);
      await strike(() => signer.execute(receipt, hashes.slice(100, 150)));
      await strike(() => signer.execute(receipt, hashes.slice(100, 200).toReversed()));
      await strike(() => signer.execute(receipt, hashes));
    },
  });

  for (const [title, bend] of [
    ['item 101', <T>(items: readonly T[], other: T) => items.with(100, other)],
    ['the order', <T>(items: readonly T[]) => items.toReversed()],
  ] as const)
    attack({
      id: 'SAP-30',
      title: `${title} of a long list exchanged in the memory of the SAM, between intent and answer`,
      guard: UNCHANGED,
      code: 'intent_changed',
      event: 'spent',
      options: LONG,
      async run({ world, signer, strike }) {
        const intent = await signer.prepare(documents(150).hashes);
        const { operations } = world.sam.state;
        const operation = operations.takeIssued(toHex(intent.challenge))!;
        const items = bend(operation.items, { ...operation.items[0]!, dtbsr: randomBytes(32) });
        operations.issue({ ...operation, items });
        await strike(async () =>
          signer.execute(
            await signer.authorise(intent),
            items.map(({ dtbsr }) => dtbsr),
          ),
        );
      },
    });

  attack({
    id: 'SAP-42',
    title: 'a flood of long lists',
    guard: 'activation/checks/room.ts',
    code: 'operations_full',
    event: null,
    gains: 'answer',
    options: { ...LONG, limits: { pendingOperations: 50, operationsPerSigner: 50 } },
    async run({ signer, strike }) {
      await signer.prepare(documents(1000).hashes);
      await signer.prepare(documents(1000).hashes);
      await strike(() => signer.prepare(documents(1).hashes));
    },
  });
});
