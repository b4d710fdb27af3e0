// SPDX-License-Identifier: Apache-2.0
// Officers stop keys that are not theirs: one suspends, two revoke, and nobody undoes it on the way.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import { historyStatement, type HistoryStatement, stopBody } from '@sigillo/doors/sap';
import { decode, encode } from '@sigillo/doors/schema';
import { officerStopDetail } from '../src/journal/details.ts';
import { SamRefusal } from '../src/refusals.ts';
import { begunStop, officersStop, sendStop, signedBy } from './played/officers.ts';
import { documents, enrolled, readStatement, refused, Signer } from './played/signer.ts';
import { openWorld, type World } from './played/world.ts';

async function historyOf({ world, signerId }: Signer): Promise<HistoryStatement> {
  const pageNonce = randomBytes(32);
  return readStatement(world, 'history', historyStatement, await world.ask('history', { signerId, before: null, pageNonce }), pageNonce);
}

suite('officers stop a key', () => {
  let world: World;
  before(async () => void (world = await openWorld()));
  after(() => world.close());

  for (const who of ['registrar', 'first'] as const)
    test(`one officer suspends: ${who}`, async () => {
      const signer = await enrolled(world);
      const { hashes } = documents(1);
      const receipt = await signer.authorise(await signer.prepare(hashes));
      const waiting = await signer.prepare(documents(1).hashes);
      const { statement } = await begunStop(world, signer.keyId, 'suspend');
      assert.equal(statement.state, 'active');
      const { credential } = await world.ask('credential', { keyId: signer.keyId });
      assert.deepEqual(Buffer.from(statement.certificate!), Buffer.from(credential!.chain[0]!), 'the officer sees whose key it is');

      const approval = signedBy(world.officers[who], 'suspend', statement.body);
      const outcome = await sendStop(world, statement.body, [approval]);
      assert.equal(`${outcome.about} ${outcome.state}`, 'freeze frozen');
      await refused('key_frozen', () => signer.execute(receipt, hashes));
      await refused('op_unknown', () => signer.authorise(waiting));
      await refused('key_not_active', () => signer.prepare(hashes));
      const record = world.sam.state.journal.read(outcome.record);
      assert.equal(`${record.event} ${record.code}`, 'frozen officer');
      const detail = decode(officerStopDetail, record.detail);
      assert.deepEqual(Buffer.from(detail.body), Buffer.from(statement.body), 'the record holds what was signed');
      assert.deepEqual(detail.approvals.map(({ assertion }) => Buffer.from(assertion.signature)), [Buffer.from(approval.assertion.signature)]);
      const { keys, entries } = await historyOf(signer);
      assert.equal(keys[0]!.state, 'suspended');
      assert.deepEqual([entries[0]!.event, entries[0]!.code, entries[0]!.record], ['unused', 'key_frozen', outcome.record + 2]);
      assert.ok(entries.some(({ event, code }) => event === 'frozen' && code === 'officer'), 'the signer is told who it was');
    });

  test('two officers revoke, also what is frozen; it holds after a crash, and nothing makes the key anything else', async () => {
    const signer = await enrolled(world);
    const { registrar, first, second } = world.officers;
    await world.ask('freeze', { signerId: signer.signerId, keyId: signer.keyId, pageNonce: randomBytes(32) });
    const outcome = await officersStop(world, signer.keyId, 'revoke', [first, second]);
    assert.equal(`${outcome.about} ${outcome.state}`, 'revoke revoked');
    assert.equal(world.sam.state.journal.read(outcome.record).event, 'revoked');
    await world.restart('crash');
    assert.equal((await historyOf(signer)).keys[0]!.state, 'revoked');
    // Again is no fault: what is asked for is so.
    assert.equal((await officersStop(world, signer.keyId, 'revoke', [registrar, first])).state, 'revoked');
    assert.equal((await officersStop(world, signer.keyId, 'suspend', [registrar])).state, 'revoked');
    await world.ask('freeze', { signerId: signer.signerId, keyId: signer.keyId, pageNonce: randomBytes(32) });
    assert.equal((await historyOf(signer)).keys[0]!.state, 'revoked');
    await refused('key_not_active', () => signer.prepare(documents(1).hashes));
  });

  test('a key without a certificate: it gets none', async () => {
    const signer = new Signer(world);
    await signer.begin();
    await signer.makePasskey();
    await signer.confirm();
    await signer.approved();
    const keyId = world.sam.state.memory.signer(signer.signerId).keys[0]!;
    assert.equal((await begunStop(world, keyId, 'suspend')).statement.certificate, null);
    assert.equal((await officersStop(world, keyId, 'revoke', [world.officers.first, world.officers.registrar])).state, 'revoked');
    assert.deepEqual((await world.ask('orders', {})).orders, []);
  });

  test('what is no command, or none for this SAM, now', async () => {
    const signer = await enrolled(world);
    const { statement, body } = await begunStop(world, signer.keyId, 'suspend');
    const { first } = world.officers;
    const send = (bytes: Uint8Array): Promise<unknown> => sendStop(world, bytes, [signedBy(first, 'suspend', bytes)]);
    await refused('command_malformed', () => send(Uint8Array.of(0xa0)));
    await refused('command_malformed', () => send(encode(stopBody, { ...body, deploymentId: randomBytes(16) })));
    await refused('command_malformed', () => send(encode(stopBody, { ...body, samId: randomBytes(16) })));
    await refused('command_malformed', () => send(encode(stopBody, { ...body, expires: body.expires + 1 })));
    await refused('command_expired', () => send(encode(stopBody, { ...body, notBefore: body.notBefore + 60 })));
    await refused('command_expired', () => send(encode(stopBody, { ...body, notBefore: 1, expires: 2 })));
    const unknown = randomBytes(16);
    await refused('unknown_key', () => begunStop(world, unknown, 'suspend'));
    await refused('unknown_key', () => send(encode(stopBody, { ...body, keyId: unknown, keyVersion: 0 })));
    const nobody = { ...signedBy(first, 'suspend', statement.body), officerId: randomBytes(16) };
    await refused('unknown_officer', () => sendStop(world, statement.body, [nobody]));
    await refused('officers_needed', () => sendStop(world, statement.body, []));
    assert.equal((await historyOf(signer)).keys[0]!.state, 'active', 'and nothing of it stopped the key');
  });
});

test('the database is away: the key is stopped, and the officer sees no name', async () => {
  let away = false;
  const gone = <T>(work: () => Promise<T>): Promise<T> => (away ? Promise.reject(new SamRefusal('database_unavailable')) : work());
  const world = await openWorld({
    wrapDatabase: (database) => ({
      ...database,
      getRow: (table, id) => gone(() => database.getRow(table, id)),
      getSubjectKey: (signerId) => gone(() => database.getSubjectKey(signerId)),
    }),
  });
  try {
    const signer = await enrolled(world);
    await world.restart();
    away = true;
    const { statement } = await begunStop(world, signer.keyId, 'suspend');
    assert.equal(statement.certificate, null);
    assert.equal((await officersStop(world, signer.keyId, 'suspend', [world.officers.first])).state, 'frozen');
  } finally {
    away = false;
    await world.close();
  }
});
