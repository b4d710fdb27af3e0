// SPDX-License-Identifier: Apache-2.0
// What becomes of the certificate of a key that officers revoked: the CA is told of it until its own answer says that it is done.
import assert from 'node:assert/strict';
import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { outcomeStatement, type RevocationStatement, revocationStatement, signedPreimage, stopBody } from '@sigillo/doors/sap';
import { decode } from '@sigillo/doors/schema';
import { sameBytes } from '@sigillo/standards/bytes';
import { officersStop } from './played/officers.ts';
import { enrolled, readStatement, refused, type Signer } from './played/signer.ts';
import { openWorld, sha256, type World } from './played/world.ts';

const REVOKED = { status: 'revoked', revokedAtMs: 1_795_000_000_000, reason: 'keyCompromise' } as const;

/** What the SSA carries about this signer's key. */
async function openRevocation({ world, keyId }: Signer): Promise<RevocationStatement | undefined> {
  const { revocations } = await world.ask('revocations', {});
  const { identityPublicKey } = JSON.parse(readFileSync(join(world.folder, 'public', 'sam.json'), 'utf8')) as { identityPublicKey: string };
  const key = createPublicKey({ key: Buffer.from(identityPublicKey, 'base64'), format: 'der', type: 'spki' });
  for (const { statement, signature } of revocations) assert.ok(verify('sha256', signedPreimage('revocation', statement), { key, dsaEncoding: 'ieee-p1363' }, signature));
  return revocations.map(({ statement }) => decode(revocationStatement, statement)).find((one) => sameBytes(one.keyId, keyId));
}

async function revoked(world: World): Promise<{ readonly signer: Signer; readonly certificate: Uint8Array; readonly revocation: RevocationStatement }> {
  const signer = await enrolled(world);
  const { credential } = await world.ask('credential', { keyId: signer.keyId });
  await officersStop(world, signer.keyId, 'revoke', [world.officers.first, world.officers.registrar]);
  return { signer, certificate: credential!.chain[0]!, revocation: (await openRevocation(signer))! };
}

suite('revocations', () => {
  let world: World;
  before(async () => void (world = await openWorld()));
  after(() => world.close());

  test('tells the CA what the officers signed, over a crash, until the CA has confirmed it; then no more', async () => {
    const { signer, certificate, revocation } = await revoked(world);
    const { orderId } = revocation;
    const command = decode(stopBody, revocation.command);
    assert.deepEqual([command.operation, Buffer.from(command.keyId), command.reason], ['revoke', Buffer.from(signer.keyId), 'keyCompromise']);
    assert.deepEqual(Buffer.from(revocation.certificateHash), Buffer.from(sha256(certificate)));
    assert.deepEqual(
      revocation.approvals.map(({ officerId }) => Buffer.from(officerId)),
      [world.officers.first, world.officers.registrar].map(({ officerId }) => Buffer.from(officerId)),
    );
    await world.restart('crash');
    assert.deepEqual((await openRevocation(signer))?.command, revocation.command);
    // Officers revoke once more: it stays one revocation.
    await officersStop(world, signer.keyId, 'revoke', [world.officers.first, world.officers.second]);
    assert.deepEqual((await openRevocation(signer))?.command, revocation.command);

    const response = world.authority.says(certificate, REVOKED);
    assert.deepEqual(await world.ask('certificateRevoked', { orderId, response }), { state: 'revoked' });
    for (const how of ['none', 'crash', 'stop'] as const) {
      if (how !== 'none') await world.restart(how);
      assert.equal(await openRevocation(signer), undefined);
      assert.deepEqual(await world.ask('certificateRevoked', { orderId, response }), { state: 'revoked' }, 'once more is no fault');
      const pageNonce = randomBytes(32);
      const outcome = await world.ask('enrolOutcome', { enrolmentHash: signer.enrolmentHash, pageNonce });
      assert.equal(readStatement(world, 'outcome', outcomeStatement, outcome, pageNonce).state, 'revoked');
    }
  });

  test('a key that is only suspended, and one without a certificate, are nothing to the CA', async () => {
    const signer = await enrolled(world);
    await officersStop(world, signer.keyId, 'suspend', [world.officers.first]);
    assert.equal(await openRevocation(signer), undefined);
    const row = world.sam.state.index.get('enrolment', signer.enrolmentHash)!;
    const { orderId } = (await world.sam.state.rows.read('enrolment', signer.enrolmentHash))!;
    const { credential } = await world.ask('credential', { keyId: signer.keyId });
    await refused('enrolment_state', () => world.ask('certificateRevoked', { orderId: orderId!, response: world.authority.says(credential!.chain[0]!, REVOKED) }));
    await refused('order_unknown', () => world.ask('certificateRevoked', { orderId: randomBytes(16), response: randomBytes(100) }));
    assert.equal(world.sam.state.index.get('enrolment', signer.enrolmentHash)!.version, row.version);
  });

  test('officers are not shown it among enrolments, and no sweep ends it', async () => {
    const { signer } = await revoked(world);
    assert.deepEqual((await world.ask('officerPending', {})).enrolments, []);
    world.ahead.monotonicMs += 80 * 3_600_000;
    world.ahead.wallMs += 80 * 3_600_000;
    await world.sam.sweep();
    assert.notEqual(await openRevocation(signer), undefined);
    assert.deepEqual((await world.ask('officerPending', {})).enrolments, []);
  });
});

test('what the CA must be told cannot be read: the key is revoked all the same, and revoking it again tells the CA', async () => {
  const world = await openWorld();
  try {
    const signer = await enrolled(world);
    const { rows } = world.sam.state;
    const read = rows.readForLocking.bind(rows);
    rows.readForLocking = (table, id) => {
      if (table === 'enrolment') throw new Error('journal_broken');
      return read(table, id);
    };
    const { first, second } = world.officers;
    assert.equal((await officersStop(world, signer.keyId, 'revoke', [first, second])).state, 'revoked');
    assert.ok(world.logLines.some((line) => line.includes('revocation_not_begun')));
    assert.equal(await openRevocation(signer), undefined);
    rows.readForLocking = read;
    await officersStop(world, signer.keyId, 'revoke', [first, second]);
    assert.notEqual(await openRevocation(signer), undefined);
  } finally {
    await world.close();
  }
});

test('a revocation that the CA has not confirmed takes nobody\'s place among those who sign up', async () => {
  const world = await openWorld({ limits: { enrolmentsPending: 1 } });
  try {
    const { signer } = await revoked(world);
    assert.notEqual(await openRevocation(signer), undefined);
    const next = await enrolled(world);
    assert.equal(await openRevocation(next), undefined);
  } finally {
    await world.close();
  }
});
