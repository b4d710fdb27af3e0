// SPDX-License-Identifier: Apache-2.0
// One approval for a thousand documents: in one call, in parts, over restarts of either kind, and lost in the middle.
import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { documents, enrolled, refused, type Signer } from '../played/signer.ts';
import { openWorld, type World, type WorldOptions } from '../played/world.ts';

const COUNT = 1000;

async function open(t: TestContext, options: WorldOptions = {}): Promise<{ readonly world: World; readonly signer: Signer }> {
  const world = await openWorld({ policy: { signaturesMax: COUNT }, ...options });
  t.after(() => world.close());
  return { world, signer: await enrolled(world) };
}

const plain = (list: readonly Uint8Array[]): readonly string[] => list.map((bytes) => Buffer.from(bytes).toString('hex'));

suite('a thousand documents under one approval', () => {
  test('in parts of another order; the same bytes again, after a crash and after a stop', async (t) => {
    const { world, signer } = await open(t);
    const { hashes, messages } = documents(COUNT);
    const intent = await signer.prepare(hashes);
    assert.deepEqual([intent.body.count, intent.body.items.length, intent.items.length], [COUNT, 0, COUNT]);
    const receipt = await signer.authorise(intent);
    const last = await signer.execute(receipt, hashes.slice(600).reverse());
    last.forEach((signature, i) => signer.verify(messages[COUNT - 1 - i]!, signature));
    const first = await signer.execute(receipt, hashes.slice(0, 600));
    first.forEach((signature, i) => signer.verify(messages[i]!, signature));
    for (const how of ['crash', 'stop'] as const) {
      await world.restart(how);
      assert.deepEqual(plain(await signer.execute(receipt, hashes.slice(0, 600))), plain(first));
      assert.deepEqual(plain(await signer.execute(receipt, hashes.slice(600).reverse())), plain(last));
      await refused('list_mismatch', () => signer.execute(receipt, hashes));
    }
    assert.equal((await signer.outcome(intent.challenge)).state, 'released');
  });

  test('each alone, and none twice', async (t) => {
    const { signer } = await open(t);
    const { hashes } = documents(120);
    const receipt = await signer.authorise(await signer.prepare(hashes));
    for (const hash of hashes.toReversed()) assert.equal((await signer.execute(receipt, [hash])).length, 1);
    await refused('list_mismatch', () => signer.execute(receipt, hashes.slice(3, 5)));
  });

  test('a crash while the module signs all of it: in doubt after the restart, and none is signed again', async (t) => {
    let asked: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => (asked = resolve));
    const never = (): Promise<never> => {
      asked();
      return new Promise(() => undefined);
    };
    const { world, signer } = await open(t, {
      wrapPort: (honest) => ({
        call: (name, request, context) => (name === 'sign' ? never() : honest.call(name, request, context)),
        close: () => honest.close(),
      }),
    });
    const { hashes } = documents(COUNT);
    const intent = await signer.prepare(hashes);
    const receipt = await signer.authorise(intent);
    const call = signer.execute(receipt, hashes).catch(() => undefined);
    await reached;
    await world.restart('crash');
    await call;
    const outcome = await signer.outcome(intent.challenge);
    assert.equal(`${outcome.state} ${outcome.code}`, 'indeterminate restart');
    await assert.rejects(() => signer.execute(receipt, hashes.slice(500)));
  });

  test('of RSA keys, whose records are the largest', async (t) => {
    const { signer } = await open(t, { policy: { signaturesMax: COUNT, keyAlgorithm: 'RSA-3072' } });
    const { hashes, messages } = documents(300);
    const algorithm = { signatureAlgorithm: '1.2.840.113549.1.1.11' };
    const receipt = await signer.authorise(await signer.prepare(hashes, { changes: { details: { signAlgo: algorithm.signatureAlgorithm } } }));
    const signatures = await signer.execute(receipt, hashes, algorithm);
    signatures.forEach((signature, i) => signer.verify(messages[i]!, signature));
  });
});
