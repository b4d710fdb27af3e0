// SPDX-License-Identifier: Apache-2.0
// A freeze holds whatever the key was doing, and whoever else is away.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { orderStatement, outcomeStatement, type OutcomeStatement } from '@sigillo/doors/sap';
import { decode } from '@sigillo/doors/schema';
import { parseCertificationRequest } from '@sigillo/standards/x509';
import { documents, enrolled, readStatement, refused, Signer } from './played/signer.ts';
import { openWorld, type World } from './played/world.ts';

async function freeze(world: World, signerId: Uint8Array, keyId: Uint8Array): Promise<OutcomeStatement> {
  const pageNonce = randomBytes(32);
  return readStatement(world, 'outcome', outcomeStatement, await world.ask('freeze', { signerId, keyId, pageNonce }), pageNonce);
}

suite('freeze', () => {
  test('a key that waits for its certificate: none makes it active afterwards, and its order is not told again', async () => {
    const world = await openWorld();
    try {
      const signer = new Signer(world);
      await signer.begin();
      await signer.makePasskey();
      await signer.confirm();
      await signer.approved();
      const { orders } = await world.ask('orders', {});
      const { orderId, certificationRequest } = decode(orderStatement, orders[0]!.statement);
      const { spki, subject } = parseCertificationRequest(certificationRequest);
      const chain = world.authority.certify({ spki, subject: subject.encoded });
      const keyId = world.sam.state.memory.signer(signer.signerId).keys[0]!;

      assert.equal((await freeze(world, signer.signerId, keyId)).state, 'frozen');
      for (const restart of [false, true]) {
        if (restart) await world.restart('crash');
        await refused('enrolment_state', () => world.ask('installCertificate', { orderId, chain }));
        assert.equal((await world.sam.state.rows.read('signing_key', keyId))!.state, 'suspended');
        assert.deepEqual((await world.ask('orders', {})).orders, []);
        const { enrolmentHash } = signer;
        const pageNonce = randomBytes(32);
        const outcome = await world.ask('enrolOutcome', { enrolmentHash, pageNonce });
        assert.equal(readStatement(world, 'outcome', outcomeStatement, outcome, pageNonce).state, 'expired');
      }
    } finally {
      await world.close();
    }
  });

  test('a certificate that is being compared while the freeze comes is not installed', async () => {
    const world = await openWorld();
    try {
      const signer = new Signer(world);
      await signer.begin();
      await signer.makePasskey();
      await signer.confirm();
      await signer.approved();
      const { state } = world.sam;
      const keyId = state.memory.signer(signer.signerId).keys[0]!;
      const of = state.subjectKeys.of.bind(state.subjectKeys);
      await world.ask('orders', {});
      state.subjectKeys.of = async (signerId) => {
        state.subjectKeys.of = of;
        await freeze(world, signer.signerId, keyId);
        return of(signerId);
      };
      await refused('state_changed', () => signer.certified());
      assert.equal((await state.rows.read('signing_key', keyId))!.state, 'suspended');
    } finally {
      await world.close();
    }
  });

  test('the database is away', async () => {
    let away = false;
    const world = await openWorld({
      wrapDatabase: (database) => ({
        ...database,
        getRow: (table, id) => (away ? Promise.reject(new Error('away')) : database.getRow(table, id)),
      }),
    });
    try {
      const signer = await enrolled(world);
      // Nothing is read yet after a restart: the key stands in the journal alone.
      await world.restart();
      away = true;
      assert.equal((await freeze(world, signer.signerId, signer.keyId)).state, 'frozen');
      away = false;
      await refused('key_not_active', () => signer.prepare(documents(1).hashes));
    } finally {
      away = false;
      await world.close();
    }
  });
});
