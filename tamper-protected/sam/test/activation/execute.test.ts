// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import type { ReceiptStatement } from '@sigillo/doors/sap';
import { LinkError } from '@sigillo/wire';
import type { CryptoModulePort } from '../../src/crypto-module.ts';
import { takeProof } from '../../src/activation/proofs.ts';
import { lyingDriver } from '@sigillo/crypto-module/doubles';
import { documents, enrolled, refused, type Signer } from '../played/signer.ts';
import { openWorld, type World, type WorldOptions } from '../played/world.ts';

suite('execute', () => {
  let world: World;
  let signer: Signer;
  before(async () => {
    world = await openWorld();
    signer = await enrolled(world);
  });
  after(() => world.close());

  async function approved(
    count: number,
    by: Signer = signer,
  ): Promise<{
    readonly receipt: ReceiptStatement;
    readonly hashes: readonly Uint8Array[];
    readonly messages: readonly Uint8Array[];
    readonly challenge: Uint8Array;
  }> {
    const { hashes, messages } = documents(count);
    const intent = await by.prepare(hashes);
    return { receipt: await by.authorise(intent), hashes, messages, challenge: intent.challenge };
  }

  test('other hash, longer list, doubled hash, empty list: the whole call is refused and takes nothing', async () => {
    const { receipt, hashes, messages } = await approved(2);
    await refused('list_mismatch', () => signer.execute(receipt, [hashes[0]!, randomBytes(32)]));
    await refused('list_mismatch', () => signer.execute(receipt, [...hashes, randomBytes(32)]));
    await refused('list_mismatch', () => signer.execute(receipt, [hashes[0]!, hashes[0]!]));
    await refused('list_empty', () => signer.execute(receipt, []));
    const signatures = await signer.execute(receipt, hashes);
    messages.forEach((message, i) => signer.verify(message, signatures[i]!));
  });

  test('another order and parts: each item once, answered in the order of the call', async () => {
    const { receipt, hashes, messages } = await approved(3);
    const [third, first] = await signer.execute(receipt, [hashes[2]!, hashes[0]!]);
    signer.verify(messages[2]!, third!);
    signer.verify(messages[0]!, first!);
    await refused('list_mismatch', () => signer.execute(receipt, [hashes[0]!]));
    const [second] = await signer.execute(receipt, [hashes[1]!]);
    signer.verify(messages[1]!, second!);
    await refused('list_mismatch', () => signer.execute(receipt, [hashes[2]!]));
  });

  test('a hash approved twice is signed twice, within one call', async () => {
    const { hashes } = documents(1);
    const intent = await signer.prepare([hashes[0]!, hashes[0]!]);
    const receipt = await signer.authorise(intent);
    assert.equal((await signer.execute(receipt, [hashes[0]!, hashes[0]!])).length, 2);
  });

  test('the same list again: same bytes; a hundred at once, and after a restart', async () => {
    const { receipt, hashes, challenge } = await approved(2);
    const answers = await Promise.all(Array.from({ length: 100 }, () => signer.execute(receipt, hashes)));
    for (const answer of answers)
      assert.deepEqual(
        answer.map((bytes) => Buffer.from(bytes)),
        answers[0]!.map((bytes) => Buffer.from(bytes)),
      );
    assert.equal((await world.sam.state.cryptoModule.info()).signatures > 0, true);
    await world.restart('crash');
    const again = await signer.execute(receipt, hashes);
    assert.deepEqual(
      again.map((bytes) => Buffer.from(bytes)),
      answers[0]!.map((bytes) => Buffer.from(bytes)),
    );
    await refused('list_mismatch', () => signer.execute(receipt, [...hashes].reverse()));
    await refused('presenter_mismatch', () => signer.execute(receipt, hashes, { clientId: 'example-dpop' }));
    assert.equal((await signer.outcome(challenge)).state, 'released');
  });

  test('repeats end after ten minutes', async (t) => {
    const { receipt, hashes } = await approved(1);
    await signer.execute(receipt, hashes);
    t.after(() => (world.ahead.monotonicMs = 0));
    world.ahead.monotonicMs = 601_000;
    await refused('handle_unknown', () => signer.execute(receipt, hashes));
  });

  test('another presenter, key, algorithm or hash algorithm', async () => {
    const { receipt, hashes } = await approved(1);
    await refused('presenter_mismatch', () => signer.execute(receipt, hashes, { clientId: 'example-dpop' }));
    await refused('presenter_mismatch', () => signer.execute(receipt, hashes, { clientKeyThumbprint: randomBytes(32) }));
    await refused('presenter_mismatch', () => signer.execute(receipt, hashes, { clientKeyThumbprint: new Uint8Array(32) }));
    await refused('key_mismatch', () => signer.execute(receipt, hashes, { keyId: randomBytes(16) }));
    await refused('algorithm_mismatch', () => signer.execute(receipt, hashes, { signatureAlgorithm: '1.2.840.10045.4.3.3' }));
    await refused('algorithm_mismatch', () => signer.execute(receipt, hashes, { hashAlgorithm: '2.16.840.1.101.3.4.2.8' }));
    await refused('algorithm_mismatch', () => signer.execute(receipt, hashes, { signatureParameters: Uint8Array.of(5, 0) }));
    await refused('handle_unknown', () => signer.execute(receipt, hashes, { handle: randomBytes(32) }));
    const record = world.sam.state.journal.head.record;
    assert.equal((await signer.execute(receipt, hashes, { hashAlgorithm: null })).length, 1);
    assert.ok(world.sam.state.journal.head.record >= record + 2, 'executing and released were written');
  });

  test('late: the approval is unused, and says so', async (t) => {
    const { receipt, hashes, challenge } = await approved(1);
    t.after(async () => {
      world.ahead.monotonicMs = world.ahead.wallMs = 0;
      await world.sam.sweep();
      await world.restart();
    });
    world.ahead.monotonicMs = world.ahead.wallMs = 301_000;
    await refused('handle_expired', () => signer.execute(receipt, hashes));
    await world.sam.sweep();
    await refused('handle_expired', () => signer.execute(receipt, hashes));
    const outcome = await signer.outcome(challenge);
    assert.equal(`${outcome.state} ${outcome.code}`, 'unused handle_expired');
  });

  test('a frozen key signs nothing that was approved before', async () => {
    const other = await enrolled(world);
    const { receipt, hashes, challenge } = await approved(1, other);
    await world.ask('freeze', { signerId: other.signerId, keyId: other.keyId, pageNonce: randomBytes(32) });
    await refused('key_frozen', () => other.execute(receipt, hashes));
    assert.equal((await other.outcome(challenge)).state, 'unused');
  });

  test("freezing somebody else's key", async () => {
    await refused('unknown_key', () => world.ask('freeze', { signerId: randomBytes(16), keyId: signer.keyId, pageNonce: randomBytes(32) }));
  });

  /** A world whose module answers what `sign` says. */
  async function withModule(
    sign: (honest: CryptoModulePort) => CryptoModulePort['call'],
    more: WorldOptions = {},
  ): Promise<{ readonly world: World; readonly signer: Signer }> {
    const own = await openWorld({
      ...more,
      wrapPort: (honest) => ({
        call: (name, request, context) => (name === 'sign' ? sign(honest)(name, request, context) : honest.call(name, request, context)),
        close: () => honest.close(),
      }),
    });
    return { world: own, signer: await enrolled(own) };
  }

  test('a module that signs other data: nothing is released, the key is suspended, the journal says so', async () => {
    const own = await openWorld({ wrapDriver: lyingDriver });
    try {
      const victim = await enrolled(own);
      const { receipt, hashes, challenge } = await approved(2, victim);
      await refused('signature_wrong', () => victim.execute(receipt, hashes));
      const outcome = await victim.outcome(challenge);
      assert.equal(`${outcome.state} ${outcome.code}`, 'indeterminate signature_wrong');
      const { credential } = await own.ask('credential', { keyId: victim.keyId });
      assert.equal(credential!.state, 'suspended');
      await refused('op_indeterminate', () => victim.execute(receipt, hashes));
      await refused('key_not_active', () => victim.prepare(documents(1).hashes));
    } finally {
      await own.close();
    }
  });

  test('the module is lost while it signs: indeterminate, and never signed again', async () => {
    const own = await withModule(() => () => Promise.reject(new LinkError('unknown', 'link_lost')));
    try {
      const { receipt, hashes, challenge } = await approved(2, own.signer);
      await refused('crypto_module_lost', () => own.signer.execute(receipt, [hashes[0]!]));
      assert.equal((await own.signer.outcome(challenge)).state, 'indeterminate');
      await refused('op_indeterminate', () => own.signer.execute(receipt, [hashes[1]!]));
    } finally {
      await own.world.close();
    }
  });

  test('the module was not reached: spent, since nothing was signed', async () => {
    const own = await withModule(() => () => Promise.reject(new LinkError('not_sent', 'link_down')));
    try {
      const { receipt, hashes, challenge } = await approved(1, own.signer);
      await refused('crypto_module_not_reached', () => own.signer.execute(receipt, hashes));
      assert.equal((await own.signer.outcome(challenge)).state, 'spent');
      await refused('op_spent', () => own.signer.execute(receipt, hashes));
    } finally {
      await own.world.close();
    }
  });

  test('the module started anew: tickets of its last start are made again, and only those', async () => {
    let refusals = 0;
    const own = await withModule(
      (honest) => (name, request, context) =>
        refusals++ === 0 ? Promise.reject(new LinkError('refused', 'ticket_other_boot')) : honest.call(name, request, context),
    );
    try {
      const { receipt, hashes } = await approved(1, own.signer);
      assert.equal((await own.signer.execute(receipt, hashes)).length, 1);
      assert.equal(refusals, 2);
    } finally {
      await own.world.close();
    }
  });

  test('a crash while the module signs: indeterminate after the restart', async () => {
    let asked: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => (asked = resolve));
    const own = await withModule(() => () => {
      asked();
      return new Promise(() => undefined);
    });
    try {
      const { receipt, hashes, challenge } = await approved(2, own.signer);
      const call = own.signer.execute(receipt, [hashes[0]!]).catch(() => undefined);
      await reached;
      assert.equal((await own.signer.outcome(challenge)).state, 'executing');
      await own.world.restart('crash');
      await call;
      const outcome = await own.signer.outcome(challenge);
      assert.equal(`${outcome.state} ${outcome.code}`, 'indeterminate restart');
      for (const way of ['from the journal', 'from a snapshot', 'by no other client']) {
        if (way === 'from a snapshot') {
          const { memory, index, journal, snapshots } = own.world.sam.state;
          await snapshots.make(memory, index, journal);
          await own.world.restart('crash');
        }
        if (way === 'by no other client') await refused('presenter_mismatch', () => own.signer.execute(receipt, hashes, { clientId: 'example-dpop' }));
        else for (const list of [[hashes[0]!], [hashes[1]!], hashes]) await refused('op_indeterminate', () => own.signer.execute(receipt, list));
      }
      own.world.ahead.monotonicMs = 1_205_000;
      await refused('handle_unknown', () => own.signer.execute(receipt, hashes));
    } finally {
      await own.world.close();
    }
  });

  test('a freeze is answered only when the call under way has ended', async () => {
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    let reached: () => void = () => undefined;
    const signing = new Promise<void>((resolve) => (reached = resolve));
    const own = await withModule((honest) => async (name, request, context) => {
      reached();
      await gate;
      return honest.call(name, request, context);
    });
    try {
      const { receipt, hashes } = await approved(2, own.signer);
      const call = own.signer.execute(receipt, [hashes[0]!]);
      await signing;
      let answered = false;
      const freezing = own.world
        .ask('freeze', { signerId: own.signer.signerId, keyId: own.signer.keyId, pageNonce: randomBytes(32) })
        .then(() => (answered = true));
      await new Promise((resolve) => setTimeout(resolve, 30));
      assert.equal(answered, false);
      await refused('key_frozen', () => own.signer.execute(receipt, [hashes[1]!]));
      go();
      assert.equal((await call).length, 1);
      await freezing;
      // The released call is still repeated; the other item is not signed any more.
      await refused('key_frozen', () => own.signer.execute(receipt, [hashes[1]!]));
      assert.equal((await own.signer.execute(receipt, [hashes[0]!])).length, 1);
    } finally {
      await own.world.close();
    }
  });

  test('where the policy wants the whole list in order, parts and other orders are refused', async () => {
    const own = await openWorld({ policy: { wholeListInOrder: true } });
    try {
      const strict = await enrolled(own);
      const { receipt, hashes } = await approved(2, strict);
      await refused('list_not_whole', () => strict.execute(receipt, [hashes[0]!]));
      await refused('list_not_whole', () => strict.execute(receipt, [hashes[1]!, hashes[0]!]));
      assert.equal((await strict.execute(receipt, hashes)).length, 2);
    } finally {
      await own.close();
    }
  });

  test('a proof that was not made, or was taken before, is none', () => {
    assert.throws(() => takeProof(Object.freeze({ operation: {}, indices: [0], record: 1 }) as never), /state_changed/);
  });
});
