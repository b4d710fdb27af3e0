// SPDX-License-Identifier: Apache-2.0
// `journal.copy: before-release` on two servers: what was acknowledged is on both, whatever dies and whoever meddles with the wait.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { historyStatement, type HistoryStatement, type ReceiptStatement } from '@sigillo/doors/sap';
import { documents, enrolled, readStatement, refused, type Signer } from '../played/signer.ts';
import { eventually, openPair, type Pair, PAIR_PROGRAMS } from '../played/postgres-pair.ts';
import { openWorld, type World, type WorldOptions } from '../played/world.ts';

const SKIP: string | false =
  process.env['SIGILLO_FULL'] !== '1'
    ? 'skipped: npm run test:full runs it'
    : PAIR_PROGRAMS === undefined
      ? assert.fail('pg_basebackup is not here: scripts/setup-test-machine brings it')
      : false;

async function openBoth(t: TestContext, options: WorldOptions = {}): Promise<{ readonly pair: Pair; readonly world: World }> {
  const pair = await openPair();
  t.after(() => pair.close());
  const world = await openWorld({ tables: pair.tables, copyBeforeRelease: true, ...options });
  t.after(() => world.close());
  return { pair, world };
}

interface Acknowledged {
  readonly receipt: ReceiptStatement;
  readonly hashes: readonly Uint8Array[];
  readonly signatures: readonly Uint8Array[];
}

async function sign(signer: Signer): Promise<Acknowledged> {
  const { messages, hashes } = documents(2);
  const receipt = await signer.authorise(await signer.prepare(hashes));
  const signatures = await signer.execute(receipt, hashes);
  signatures.forEach((signature, i) => signer.verify(messages[i]!, signature));
  return { receipt, hashes, signatures };
}

async function freeze(world: World, { signerId, keyId }: Signer): Promise<void> {
  await world.ask('freeze', { signerId, keyId, pageNonce: randomBytes(32) });
}

async function historyOf(world: World, { signerId }: Signer): Promise<HistoryStatement> {
  const pageNonce = randomBytes(32);
  return readStatement(world, 'history', historyStatement, await world.ask('history', { signerId, before: null, pageNonce }), pageNonce);
}

suite('two database servers', { skip: SKIP }, () => {
  test("the first machine is lost with the SAM's disk, in the middle of the work: nothing that was acknowledged is", async (t) => {
    const { pair, world } = await openBoth(t);
    const signers = await Promise.all([enrolled(world), enrolled(world), enrolled(world)]);
    const victims = await Promise.all([enrolled(world), enrolled(world), enrolled(world)]);
    const acknowledged: { readonly signer: Signer; readonly done: Acknowledged }[] = [];
    const frozen: Signer[] = [];
    const work = { goesOn: true };
    const atWork = signers.map(async (signer) => {
      while (work.goesOn) acknowledged.push({ signer, done: await sign(signer) });
    });
    const freezing = victims.map(async (victim, i) => {
      await pause(60 * i);
      await freeze(world, victim);
      frozen.push(victim);
    });
    await eventually('enough is acknowledged', () => Promise.resolve(acknowledged.length >= 5 && frozen.length >= 2));
    await pause(50 * Math.random());
    await pair.first.kill();
    work.goesOn = false;
    void Promise.allSettled([...atWork, ...freezing]);
    await world.restart('crash', async () => {
      rmSync(join(world.folder, 'sam'), { recursive: true });
      mkdirSync(join(world.folder, 'sam'));
      await pair.failOver();
      const { left } = await world.rebuild();
      assert.equal(left, 0);
    });
    for (const { signer, done } of acknowledged) assert.deepEqual(await signer.execute(done.receipt, done.hashes), done.signatures);
    for (const signer of signers) {
      const { entries } = await historyOf(world, signer);
      const mine = acknowledged.filter((one) => one.signer === signer);
      assert.ok(entries.filter(({ event }) => event === 'released').length >= mine.length);
    }
    for (const victim of frozen) {
      assert.equal((await historyOf(world, victim)).keys[0]!.state, 'suspended');
      await refused('key_not_active', () => victim.prepare(documents(1).hashes));
    }
    await sign(signers[0]);
    t.diagnostic(`${acknowledged.length} calls and ${frozen.length} freezes acknowledged, none lost`);
  });

  test('the standby is away: no answer, whoever cancels the wait or repeats the write; new work is refused; it is back: all goes on', async (t) => {
    const { pair, world } = await openBoth(t, { limits: { copyLagSecondsMax: 2 } });
    const [signer, victim] = [await enrolled(world), await enrolled(world)];
    const { hashes } = documents(1);
    const intent = await signer.prepare(hashes);
    await pair.first.ask("alter role sam set synchronous_commit = 'off'");
    await pair.second.kill();
    let answered = false;
    const context = { caller: 'ssa', requestId: 'test', deadlineAt: Number.POSITIVE_INFINITY };
    const freezing = Promise.resolve(world.sam.handlers.freeze({ signerId: victim.signerId, keyId: victim.keyId, pageNonce: randomBytes(32) }, context)).then(() => (answered = true));
    const waits = "select pid from pg_stat_activity where wait_event = 'SyncRep' and usename = 'sam'";
    await eventually('the copy waits for the standby', async () => (await pair.first.ask(waits)).length > 0);
    await pair.first.ask(`select pg_cancel_backend(pid) from (${waits}) as those`);
    await eventually('it was repeated, and waits again', async () => (await pair.first.ask(waits)).length > 0);
    await pair.first.ask(`select pg_terminate_backend(pid) from (${waits}) as those`);
    await pause(8000);
    assert.equal(answered, false, 'neither a cancelled wait, nor a lost connection, nor a time limit is an answer');
    await refused('journal_copy_lag', () => signer.prepare(documents(1).hashes));
    await assert.rejects(signer.authorise(intent), (cause: Error & { kind?: string }) => cause.kind === 'unknown', 'who cannot wait is told that nobody knows');
    await pair.second.start();
    await freezing;
    await pause(200);
    assert.equal((await historyOf(world, victim)).keys[0]!.state, 'suspended');
    assert.equal((await signer.outcome(intent.challenge)).state, 'authorised', 'the approval counts, as its record is on both');
    await sign(signer);
    await pair.first.kill();
    await world.restart('crash', async () => {
      rmSync(join(world.folder, 'sam'), { recursive: true });
      mkdirSync(join(world.folder, 'sam'));
      await pair.failOver();
      await world.rebuild();
    });
    assert.equal((await historyOf(world, victim)).keys[0]!.state, 'suspended');
  });
});
