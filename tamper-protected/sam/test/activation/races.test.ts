// SPDX-License-Identifier: Apache-2.0
// What happens at the same time: a row that changes while others are read, calls of one handle while one of them ends the operation.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { receiptStatement, type ReceiptStatement } from '@sigillo/doors/sap';
import { lyingDriver } from '@sigillo/crypto-module/doubles';
import { LinkError } from '@sigillo/wire';
import type { CryptoModulePort } from '../../src/crypto-module.ts';
import { execute } from '../../src/activation/execute.ts';
import { changeRow } from '../../src/records/change-row.ts';
import { stopKey } from '../../src/stop.ts';
import { documents, enrolled, readStatement, refused, type Signer } from '../played/signer.ts';
import { openWorld, sha256, type World, type WorldOptions } from '../played/world.ts';

async function inWorld(options: WorldOptions, work: (world: World, signer: Signer) => Promise<void>): Promise<void> {
  const world = await openWorld(options);
  try {
    await work(world, await enrolled(world));
  } finally {
    await world.close();
  }
}

async function approved(
  signer: Signer,
  count: number,
): Promise<{ readonly receipt: ReceiptStatement; readonly hashes: readonly Uint8Array[]; readonly challenge: Uint8Array }> {
  const { hashes } = documents(count);
  const intent = await signer.prepare(hashes);
  return { receipt: await signer.authorise(intent), hashes, challenge: intent.challenge };
}

suite('rows that change meanwhile', () => {
  test('a passkey that is suspended while the parties are read activates nothing', () =>
    inWorld({}, async (world, signer) => {
      const { state } = world.sam;
      const of = state.subjectKeys.of.bind(state.subjectKeys);
      const rowId = sha256(signer.passkey.credentialId);
      state.subjectKeys.of = async (signerId) => {
        state.subjectKeys.of = of;
        const row = (await state.rows.read('authenticator', rowId))!;
        const rows = [
          changeRow(state, 'authenticator', rowId, state.index.version('authenticator', rowId), { ...row, status: 'suspended' }),
        ];
        await state.journal.append({ event: 'passkey_suspended', signerId, rows }).durable;
        return of(signerId);
      };
      const intent = await signer.prepare(documents(1).hashes);
      await refused('record_changed', () => signer.authorise(intent));
    }));
});

suite('calls of one handle at once', () => {
  /** A module at which signatures wait until they may go on; where `later` is given, the second and all others fail so. */
  function heldModule(later?: LinkError): {
    readonly options: WorldOptions;
    readonly reached: Promise<void>;
    readonly go: () => void;
  } {
    const reached = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    let count = 0;
    const wrapPort = (honest: CryptoModulePort): CryptoModulePort => ({
      async call(name, request, context) {
        if (name !== 'sign') return honest.call(name, request, context);
        if (++count > 1 && later !== undefined) throw later;
        reached.resolve();
        await gate.promise;
        return honest.call(name, request, context);
      },
      close: () => honest.close(),
    });
    return { options: { wrapPort }, reached: reached.promise, go: () => gate.resolve() };
  }

  test('a freeze ends the other call: what was released is said to be released, and repeated', () => {
    const held = heldModule();
    return inWorld(held.options, async (world, signer) => {
      const { receipt, hashes, challenge } = await approved(signer, 3);
      const { state } = world.sam;
      const first = signer.execute(receipt, [hashes[0]!]);
      await held.reached;
      const second = execute(state, signer.executeRequest(receipt, [hashes[1]!]));
      const frozen = stopKey(state, signer.keyId, 'suspended', '');
      await assert.rejects(second, /key_frozen/);
      await frozen;
      // Nothing final is said while a signature may still go out.
      assert.equal((await signer.outcome(challenge)).state, 'executing');
      held.go();
      const [signature] = await first;
      for (const restart of [false, true]) {
        if (restart) await world.restart('crash');
        const outcome = await signer.outcome(challenge);
        assert.equal(`${outcome.state} ${outcome.code}`, 'released key_frozen');
        assert.deepEqual(Buffer.from((await signer.execute(receipt, [hashes[0]!]))[0]!), Buffer.from(signature!));
        await refused('key_frozen', () => signer.execute(receipt, [hashes[1]!]));
      }
    });
  });

  test('the clock jumps ahead while a call is under way: that one ends, and no other begins', () => {
    const held = heldModule();
    return inWorld(held.options, async (world, signer) => {
      const { receipt, hashes, challenge } = await approved(signer, 2);
      const first = signer.execute(receipt, [hashes[0]!]);
      await held.reached;
      world.ahead.wallMs = 60_000;
      await world.sam.sweep();
      await refused('handle_expired', () => signer.execute(receipt, [hashes[1]!]));
      held.go();
      assert.equal((await first).length, 1);
      await world.sam.sweep();
      await refused('handle_expired', () => signer.execute(receipt, [hashes[1]!]));
      assert.equal((await signer.outcome(challenge)).state, 'released');
      assert.equal(world.sam.state.memory.open.size, 0);
    });
  });

  test('the module loses the other call: in doubt stays the word, what was released is repeated', () => {
    const held = heldModule(new LinkError('unknown', 'link_lost'));
    return inWorld(held.options, async (world, signer) => {
      const { receipt, hashes, challenge } = await approved(signer, 2);
      const first = signer.execute(receipt, [hashes[0]!]);
      await held.reached;
      await refused('crypto_module_lost', () => signer.execute(receipt, [hashes[1]!]));
      held.go();
      const [signature] = await first;
      const outcome = await signer.outcome(challenge);
      assert.equal(`${outcome.state} ${outcome.code}`, 'indeterminate crypto_module_lost');
      assert.deepEqual(Buffer.from((await signer.execute(receipt, [hashes[0]!]))[0]!), Buffer.from(signature!));
      assert.equal(world.sam.state.memory.open.size, 0);
    });
  });

  test('a crash while one call has ended the operation and the other signs: in doubt', () => {
    const held = heldModule(new LinkError('not_sent', 'link_down'));
    return inWorld(held.options, async (world, signer) => {
      const { receipt, hashes, challenge } = await approved(signer, 2);
      const first = signer.execute(receipt, [hashes[0]!]).catch(() => undefined);
      await held.reached;
      await refused('crypto_module_not_reached', () => signer.execute(receipt, [hashes[1]!]));
      // Nobody knows yet what becomes of the first call.
      await refused('op_indeterminate', () => signer.execute(receipt, [hashes[0]!]));
      await world.restart('crash');
      held.go();
      await first;
      assert.equal((await signer.outcome(challenge)).state, 'indeterminate');
    });
  });
});

suite('what nobody thought of', () => {
  test('after EXECUTING, any fault leaves the items in doubt', () =>
    inWorld({}, async (world, signer) => {
      const { receipt, hashes, challenge } = await approved(signer, 2);
      world.sam.state.cryptoModule.sign = () => Promise.reject(new TypeError('broken'));
      await refused('crypto_module_lost', () => signer.execute(receipt, [hashes[0]!]));
      assert.equal((await signer.outcome(challenge)).state, 'indeterminate');
      await refused('op_indeterminate', () => signer.execute(receipt, [hashes[1]!]));
    }));

  test('a wrong signature is in doubt even where the key cannot be suspended', () =>
    inWorld({ wrapDriver: lyingDriver }, async (world, signer) => {
      const { receipt, hashes, challenge } = await approved(signer, 1);
      world.sam.state.rows.readForLocking = () => {
        throw new Error('broken');
      };
      await refused('signature_wrong', () => signer.execute(receipt, hashes));
      const outcome = await signer.outcome(challenge);
      assert.equal(`${outcome.state} ${outcome.code}`, 'indeterminate signature_wrong');
    }));

  test('items of which nobody knows are never called unused', () =>
    inWorld({}, async (world, signer) => {
      const { receipt, challenge } = await approved(signer, 1);
      await world.sam.state.copy.settled();
      world.sam.state.operations.authorised(Buffer.from(receipt.handle).toString('hex'))!.executing.add(0);
      world.ahead.monotonicMs = world.ahead.wallMs = 301_000;
      await world.sam.sweep();
      assert.equal((await signer.outcome(challenge)).state, 'indeterminate');
    }));

  test('a receipt that could not be signed is signed when the page asks how it stands', () => {
    let down = false;
    const wrapPort = (honest: CryptoModulePort): CryptoModulePort => ({
      call: (name, request, context) =>
        down && name === 'identitySign' ? Promise.reject(new LinkError('not_sent', 'link_down')) : honest.call(name, request, context),
      close: () => honest.close(),
    });
    return inWorld({ wrapPort }, async (world, signer) => {
      const { hashes } = documents(1);
      const { challenge } = await signer.prepare(hashes);
      const pageNonce = randomBytes(32);
      down = true;
      await refused('crypto_module_unavailable', () =>
        world.ask('authorise', { challenge, assertion: signer.passkey.get(challenge), sealed: null, pageNonce }),
      );
      down = false;
      world.ahead.monotonicMs = world.ahead.wallMs = 20_000;
      const approvedAt = Math.floor(Date.now() / 1000);
      const outcome = await signer.outcome(challenge);
      assert.equal(outcome.state, 'authorised');
      const receipt = readStatement(world, 'receipt', receiptStatement, outcome.receipt!, pageNonce);
      assert.ok(receipt.expires <= approvedAt + 300, 'the time for Execute began with the approval');
      assert.equal((await signer.execute(receipt, hashes)).length, 1);
    });
  });
});
