// SPDX-License-Identifier: Apache-2.0
// Attacks for which there is no guard that could be taken away: the way in which the SAM is built leaves no place for them.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'node:test';
import { CryptoModuleError, type Driver } from '@sigillo/crypto-module';
import { cryptoModuleDoor } from '@sigillo/doors/crypto-module';
import { samDoor } from '@sigillo/doors/sam';
import type { Shape } from '@sigillo/doors/schema';
import { concat, toHex } from '@sigillo/standards/bytes';
import { documents, enrolled, refused, type Signer } from '../played/signer.ts';
import { openWorld, type World, type WorldOptions } from '../played/world.ts';
import { approved } from './approach.ts';
import { attackByConstruction, recordsOf, signaturesOf } from './stage.ts';

async function inWorld(options: WorldOptions, work: (world: World, signer: Signer) => Promise<void>): Promise<void> {
  const world = await openWorld(options);
  try {
    await work(world, await enrolled(world));
  } finally {
    await world.close();
  }
}

const eventsOf = async (world: World): Promise<string[]> => (await recordsOf(world)).map(({ event }) => event);

suite('attacks that find no place', () => {
  // The module gives all signatures of a call or none, and the SAM has nothing to release before it has all.
  attackByConstruction({
    id: 'SAP-38',
    title: 'the crypto module fails at item k of n, for each k',
    code: 'crypto_module_refused',
    because: 'the module answers a call with all of its signatures or with none',
  }, () => {
    let left = Number.POSITIVE_INFINITY;
    const wrapDriver = (honest: Driver): Driver => ({
      ...honest,
      signDigest(key, algorithm, digest) {
        if (--left === 0) throw new CryptoModuleError('signature_failed');
        return honest.signDigest(key, algorithm, digest);
      },
    });
    return inWorld({ wrapDriver }, async (world, signer) => {
      const count = 5;
      for (let k = 1; k <= count; k++) {
        const { receipt, hashes, intent } = await approved(signer, count);
        const before = (await eventsOf(world)).length;
        left = k;
        await refused('crypto_module_refused', () => signer.execute(receipt, hashes));
        assert.deepEqual((await eventsOf(world)).slice(before), ['executing', 'indeterminate']);
        left = Number.POSITIVE_INFINITY;
        await refused('op_indeterminate', () => signer.execute(receipt, hashes));
        await refused('op_indeterminate', () => signer.execute(receipt, hashes.slice(k)));
        await refused('op_unknown', () => signer.authorise(intent));
        assert.equal((await signer.outcome(intent.challenge)).state, 'indeterminate');
      }
    });
  });

  // What was released is kept, and repeated from the journal.
  attackByConstruction({
    id: 'SAP-39',
    title: 'the same client asks again: the same bytes, no other call of the module',
    code: 'released',
    because: 'nothing is refused: what was released is read from the record and given again',
  }, () =>
    inWorld({}, async (world, signer) => {
      const { receipt, hashes } = await approved(signer, 3);
      const first = (await signer.execute(receipt, hashes)).map(toHex);
      const signatures = await signaturesOf(world);
      for (const restart of [false, true]) {
        if (restart) await world.restart('crash');
        const before = await signaturesOf(world);
        assert.deepEqual((await signer.execute(receipt, hashes)).map(toHex), first);
        assert.equal(await signaturesOf(world), before);
        if (!restart) assert.equal(before, signatures);
      }
      assert.equal((await eventsOf(world)).filter((event) => event === 'executing').length, 1);
    }),
  );

  // A signature needs a handle, and a handle is made by an answer over hashes: no message of the door signs anything else, in any version.
  attackByConstruction({
    id: 'SAP-35',
    title: 'a ticket without hashes, a use without approval',
    code: 'ticket_malformed',
    because: 'an intent is made of hashes, and a handle by an approval alone',
  }, () =>
    inWorld({}, async (world, signer) => {
      const { hashes } = documents(1);
      await refused('ticket_malformed', () => signer.prepare(hashes, { changes: { details: { hashes: undefined } } }));
      const { receipt } = await approved(signer);
      await refused('handle_unknown', () => signer.execute({ ...receipt, handle: randomBytes(32) }, hashes));
      await refused('handle_unknown', () => signer.execute({ ...receipt, handle: new Uint8Array(32) }, hashes));
      assert.ok(!(await eventsOf(world)).includes('executing'));
    }),
  );

  // The one message that an approval comes from carries a passkey's answer, which names the page's origin: no link, code or push approves.
  attackByConstruction({
    id: 'SAP-44',
    title: 'an approval without a page of ours: there is no message for it',
    code: 'none',
    because: "the one message that approves carries a passkey's answer",
  }, async () => {
    const withAnswer = Object.entries(samDoor).filter(([, { request }]) => namesOf(request.shape).includes('clientDataJson'));
    assert.deepEqual(withAnswer.map(([name]) => name).sort(), ['authorise', 'enrolConfirm', 'enrolKey', 'officerApprove', 'officerPropose', 'officerStop']);
    const source = fileURLToPath(new URL('../../src/', import.meta.url));
    const writers = globSync('**/*.ts', { cwd: source }).filter((path) => readFileSync(join(source, path), 'utf8').includes("event: 'authorised'"));
    assert.deepEqual(writers, [join('activation', 'authorise.ts')]);
    assert.deepEqual(Object.keys(samDoor).sort(), [
      'authorise',
      'certificateRevoked',
      'credential',
      'credentials',
      'enrolBegin',
      'enrolConfirm',
      'enrolKey',
      'enrolOutcome',
      'execute',
      'freeze',
      'history',
      'installCertificate',
      'login',
      'officerApprove',
      'officerPending',
      'officerPropose',
      'officerStop',
      'officerStopBegin',
      'orders',
      'outcome',
      'prepare',
      'revocations',
      'status',
    ]);
  });

  // The caller names hashes; what is signed is the item that was approved, and the padding is the module's, from algorithm and digest.
  attackByConstruction({
    id: 'SAP-48',
    title: 'raw RSA, or a DigestInfo of the caller\'s own',
    code: 'list_mismatch',
    because: 'what is signed is the approved item, and the module pads it itself',
  }, () =>
    inWorld({ policy: { keyAlgorithm: 'RSA-3072' } }, async (world, signer) => {
      const details = { signAlgo: '1.2.840.113549.1.1.11' };
      const { hashes } = documents(1);
      const receipt = await signer.authorise(await signer.prepare(hashes, { changes: { details } }));
      const asked = { signatureAlgorithm: '1.2.840.113549.1.1.11' };
      const digestInfo = concat(Buffer.from('3031300d060960864801650304020105000420', 'hex'), hashes[0]!);
      await refused('list_mismatch', () => signer.execute(receipt, [digestInfo], asked));
      await refused('algorithm_mismatch', () => signer.execute(receipt, hashes, { signatureAlgorithm: '1.2.840.113549.1.1.1' }));
      await refused('algorithm_not_allowed', () => signer.prepare(hashes, { changes: { details: { signAlgo: '1.2.840.113549.1.1.1' } } }));
      // Past the SAM too: a ticket has algorithm and digest, and a digest of another length than its algorithm's is none.
      assert.deepEqual(await moduleAnswer(world, signer, digestInfo), { kind: 'refused', code: 'ticket_algorithm' });
      assert.equal((await signer.execute(receipt, hashes, asked)).length, 1);
      const signing = Object.entries(cryptoModuleDoor).filter(([, { request }]) => namesOf(request.shape).includes('wrapped'));
      assert.deepEqual(signing.map(([name]) => name).sort(), ['certificationRequest', 'sign']);
      assert.deepEqual(namesOf(cryptoModuleDoor.sign.request.shape).sort(), ['body', 'keepUntil', 'mac', 'tickets', 'wrapped']);
    }),
  );
});

/** What a SAM that asks for other bytes than a digest gets from the module. */
async function moduleAnswer(world: World, { signerId, keyId }: Signer, digest: Uint8Array): Promise<unknown> {
  const { state } = world.sam;
  const key = (await state.rows.read('signing_key', keyId))!;
  assert.equal(toHex(key.signerId), toHex(signerId));
  const wrapped = state.envelopes.open({ ...key, deploymentId: state.deployment.deploymentId, keyId }, key);
  const { publicKey } = key;
  const algorithm = { hashAlgorithm: '2.16.840.1.101.3.4.2.1', signatureAlgorithm: '1.2.840.113549.1.1.11', signatureParameters: null };
  return state.cryptoModule.sign(wrapped, [{ operation: randomBytes(32), index: 0, keyId, publicKey, digest, ...algorithm }], 0);
}

/** The names of all fields of a message, at any depth. */
function namesOf(shape: Shape): string[] {
  if (shape.kind === 'map') return shape.fields.flatMap(({ name, of }) => [name, ...namesOf(of)]);
  return shape.kind === 'array' || shape.kind === 'nullable' ? namesOf(shape.of) : [];
}
