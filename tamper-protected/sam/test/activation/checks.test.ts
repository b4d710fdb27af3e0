// SPDX-License-Identifier: Apache-2.0
// Checks that a SAM in order never needs: they are asked here about values that could only come from a fault.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import { requireBodyUnchanged } from '../../src/activation/checks/body-unchanged.ts';
import { requireCaps } from '../../src/activation/checks/caps.ts';
import { challengeOfBody } from '../../src/activation/checks/challenge-of-body.ts';
import { requirePolicyInForce } from '../../src/activation/checks/policy-in-force.ts';
import { openActivationSecret } from '../../src/activation/checks/activation-secret.ts';
import { execute } from '../../src/activation/execute.ts';
import type { IssuedOperation } from '../../src/activation/operations.ts';
import { verifyAnswer } from '../../src/activation/verify-answer.ts';
import { changeRow } from '../../src/records/change-row.ts';
import { SamRefusal, type RefusalCode } from '../../src/refusals.ts';
import { documents, enrolled, refused, type Signer } from '../played/signer.ts';
import { openWorld, sha256, type World } from '../played/world.ts';

const refuses = (code: RefusalCode, check: () => unknown): void =>
  assert.throws(check, (cause: unknown) => cause instanceof SamRefusal && cause.code === code);

suite('checks', () => {
  let world: World;
  let signer: Signer;
  before(async () => {
    world = await openWorld();
    signer = await enrolled(world);
  });
  after(() => world.close());

  async function issued(): Promise<IssuedOperation> {
    const { challenge } = await signer.prepare(documents(2).hashes);
    return world.sam.state.operations.takeIssued(Buffer.from(challenge).toString('hex'))!;
  }

  /** The whole order of checks, asked with a right answer to an operation that a fault has altered. */
  async function wholeOrder(code: RefusalCode, fault: (operation: IssuedOperation) => Partial<IssuedOperation>): Promise<void> {
    const operation = await issued();
    const assertion = signer.passkey.get(operation.challenge);
    const altered = { ...operation, ...fault(operation) };
    refuses(code, () => verifyAnswer(world.sam.state, altered, { challenge: operation.challenge, assertion, sealed: null }));
    verifyAnswer(world.sam.state, operation, { challenge: operation.challenge, assertion, sealed: null });
  }

  test('3: fields that are not those of the bytes that were signed', async () => {
    await wholeOrder('intent_changed', ({ intent }) => ({ intent: { ...intent, keyId: randomBytes(16) } }));
    const operation = await issued();
    refuses('intent_changed', () => requireBodyUnchanged({ ...operation, intent: { ...operation.intent, count: 3 } }));
  });

  test('4: a challenge that is not the one of the body', async () => {
    await wholeOrder('challenge_changed', () => ({ challenge: randomBytes(32) }));
    const operation = await issued();
    assert.deepEqual(Buffer.from(challengeOfBody(operation)), Buffer.from(operation.challenge));
  });

  test('10: any row of the operation that is not what it was', async () => {
    const { state } = world.sam;
    await wholeOrder('record_changed', ({ seen }) => ({ seen: seen.map((row, i) => (i === 0 ? { ...row, version: 0 } : row)) }));
    await wholeOrder('certificate_status', ({ key }) => ({ key: { ...key, notAfter: state.clock.seconds() - 1 } }));
    await wholeOrder('sad_credential_status', ({ passkeys }) => ({
      passkeys: passkeys.map(({ rowId, row }) => ({ rowId, row: { ...row, status: 'suspended' } })),
    }));
  });

  test('11: another policy', async () => {
    const operation = await issued();
    refuses('policy_changed', () => requirePolicyInForce(operation, randomBytes(32)));
    const { state } = world.sam;
    const other = { ...state, deployment: { ...state.deployment, policy: { ...state.deployment.policy, hash: randomBytes(32) } } };
    refuses('policy_changed', () =>
      verifyAnswer(other, operation, { challenge: operation.challenge, assertion: signer.passkey.get(operation.challenge), sealed: null }),
    );
  });

  test('12: an envelope that was moved, or whose key may be used for something else, does not open', async () => {
    const operation = await issued();
    const { envelopes, deployment } = world.sam.state;
    for (const change of [
      { signerId: randomBytes(16) },
      { signaturesMax: 1000 },
      { soleControlLevel: 1 },
      { policyHash: randomBytes(32) },
      { publicKey: randomBytes(91) },
      { activation: randomBytes(60) },
    ]) {
      const altered = { ...operation, key: { ...operation.key, ...change } };
      refuses('activation_secret', () => openActivationSecret(altered, envelopes, deployment.deploymentId));
    }
    refuses('activation_secret', () => openActivationSecret(operation, envelopes, randomBytes(16)));
    await wholeOrder('activation_secret', ({ key }) => ({ key: { ...key, usage: 'seal' } }));
  });

  test('13: more signatures than allowed, a count that is not the number of items, no room', async () => {
    const operation = await issued();
    const { operations } = world.sam.state;
    refuses('list_too_long', () => requireCaps(operation, operations, 10, 1));
    refuses('list_too_long', () => requireCaps({ ...operation, intent: { ...operation.intent, count: 1 } }, operations, 10, 100));
    refuses('operations_full', () => requireCaps(operation, operations, 0, 100));
    const { state } = world.sam;
    const stricter = { ...state, deployment: { ...state.deployment, policy: { ...state.deployment.policy, signaturesMax: 1 } } };
    const answer = { challenge: operation.challenge, assertion: signer.passkey.get(operation.challenge), sealed: null };
    refuses('list_too_long', () => verifyAnswer(stricter, operation, answer));
  });

  test('a client that is suspended between intent and answer, and between approval and signature', async () => {
    const own = await openWorld();
    try {
      const person = await enrolled(own);
      const { state } = own.sam;
      const clientId = sha256(Buffer.from('sca'));
      const suspend = async (status: 'active' | 'suspended'): Promise<void> => {
        const client = (await state.rows.read('client', clientId))!;
        const rows = [changeRow(state, 'client', clientId, state.index.version('client', clientId), { ...client, status })];
        await state.journal.append({ event: 'refused', rows }).durable;
      };
      const { hashes } = documents(1);
      const pending = await person.prepare(hashes);
      const receipt = await person.authorise(await person.prepare(hashes));
      await suspend('suspended');
      await refused('record_changed', () => person.authorise(pending));
      await refused('state_changed', () => person.execute(receipt, hashes));
      await refused('unknown_client', () => person.prepare(hashes));
    } finally {
      await own.close();
    }
  });

  test('a key that is frozen while EXECUTING is written: the module is not asked', async () => {
    const own = await openWorld();
    try {
      const person = await enrolled(own);
      const { state } = own.sam;
      const { hashes } = documents(1);
      const intent = await person.prepare(hashes);
      const receipt = await person.authorise(intent);
      const before = (await state.cryptoModule.info()).signatures;
      const key = (await state.rows.read('signing_key', person.keyId))!;
      const call = execute(state, person.executeRequest(receipt, hashes));
      const rows = [
        changeRow(state, 'signing_key', person.keyId, state.index.version('signing_key', person.keyId), { ...key, state: 'suspended' }),
      ];
      void state.journal.append({ event: 'frozen', signerId: person.signerId, keyId: person.keyId, rows });
      await assert.rejects(call, /key_frozen/);
      assert.equal((await state.cryptoModule.info()).signatures, before);
      assert.equal((await person.outcome(intent.challenge)).state, 'spent');
    } finally {
      await own.close();
    }
  });
});
