// SPDX-License-Identifier: Apache-2.0
// What an application, or whoever has its token, asks to be signed under an approval.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite } from 'node:test';
import { lyingDriver } from '@sigillo/crypto-module/doubles';
import { officersStop } from '../played/officers.ts';
import { documents, enrolled } from '../played/signer.ts';
import { approved } from './approach.ts';
import { attacksOnSam } from './stage.ts';

const MATCH = 'activation/match-items.ts';
const PRESENTED = 'activation/checks/presented.ts';
/** The crypto module has a memory of its own of what it signed. */
const USED_MARKS = 'tamper-protected/crypto-module:used-marks.ts';

suite('attacks with approvals', () => {
  const { attack } = attacksOnSam();

  attack({
    id: 'SAP-05',
    title: 'one other hash',
    // What is signed is the approved item whatever the call says: without this guard the caller is answered, with a signature over what was approved.
    guard: MATCH,
    code: 'list_mismatch',
    event: 'refused',
    async run({ signer, strike }) {
      const { receipt, hashes } = await approved(signer, 2);
      await strike(() => signer.execute(receipt, [hashes[0]!, randomBytes(32)]));
    },
  });

  attack({
    id: 'SAP-06',
    title: 'an item again, after the list was signed in another order',
    guard: [MATCH, USED_MARKS],
    code: 'list_mismatch',
    event: 'refused',
    async run({ signer, strike }) {
      const { receipt, hashes } = await approved(signer, 3);
      assert.equal((await signer.execute(receipt, [hashes[2]!, hashes[0]!])).length, 2);
      await strike(() => signer.execute(receipt, [hashes[0]!]));
      await strike(() => signer.execute(receipt, [hashes[1]!, hashes[2]!]));
    },
  });

  attack({
    id: 'SAP-07',
    title: 'a hash more often than it was approved',
    guard: [MATCH, USED_MARKS],
    code: 'list_mismatch',
    event: 'refused',
    async run({ signer, strike }) {
      const { receipt, hashes } = await approved(signer, 2);
      await strike(() => signer.execute(receipt, [hashes[0]!, hashes[0]!]));
      await strike(() => signer.execute(receipt, [hashes[0]!, hashes[1]!, hashes[0]!]));
    },
  });

  attack({
    id: 'SAP-08',
    title: 'a list with one more',
    guard: [MATCH, USED_MARKS],
    code: 'list_mismatch',
    event: 'refused',
    async run({ signer, strike }) {
      const { receipt, hashes } = await approved(signer, 2);
      await strike(() => signer.execute(receipt, [...hashes, randomBytes(32)]));
    },
  });

  attack({
    id: 'SAP-09',
    title: 'a part again, after the list was signed in parts',
    guard: [MATCH, USED_MARKS],
    code: 'list_mismatch',
    event: 'refused',
    async run({ signer, strike }) {
      const { receipt, hashes } = await approved(signer, 3);
      assert.equal((await signer.execute(receipt, hashes.slice(0, 1))).length, 1);
      await strike(() => signer.execute(receipt, hashes.slice(0, 2)));
    },
  });

  attack({
    id: 'SAP-09',
    title: 'where the whole list in order is wanted: another order, a part',
    guard: MATCH,
    code: 'list_not_whole',
    event: 'refused',
    options: { policy: { wholeListInOrder: true } },
    async run({ signer, strike }) {
      for (const pick of [[1, 0, 2], [0, 1], [2]]) {
        const { receipt, hashes } = await approved(signer, 3);
        await strike(() =>
          signer.execute(
            receipt,
            pick.map((index) => hashes[index]!),
          ),
        );
      }
    },
  });

  attack({
    id: 'SAP-11',
    title: 'the same bytes as a hash of another kind, or for another scheme or parameters',
    // As with other hashes, what is signed is what was approved: the guard keeps the caller from being told otherwise.
    guard: PRESENTED,
    code: 'algorithm_mismatch',
    event: 'refused',
    async run({ signer, strike }) {
      for (const changes of [
        { hashAlgorithm: '2.16.840.1.101.3.4.2.8' },
        { hashAlgorithm: '2.16.840.1.101.3.4.2.2' },
        { signatureAlgorithm: '1.2.840.10045.4.3.3' },
        { signatureAlgorithm: '1.2.840.113549.1.1.11' },
        { signatureAlgorithm: '1.2.840.113549.1.1.10', signatureParameters: Uint8Array.of(0x30, 0) },
        { signatureParameters: Uint8Array.of(5, 0) },
      ]) {
        const { receipt, hashes } = await approved(signer);
        await strike(() => signer.execute(receipt, hashes, changes));
      }
    },
  });

  attack({
    id: 'SAP-11',
    title: 'RSA: PSS for PKCS #1, and another salt',
    guard: PRESENTED,
    code: 'algorithm_mismatch',
    event: 'refused',
    options: { policy: { keyAlgorithm: 'RSA-3072' } },
    async run({ signer, strike }) {
      const details = { signAlgo: '1.2.840.113549.1.1.11' };
      const pss = (salt: number): Uint8Array => Buffer.from(PSS_SHA256.replace(/20$/, salt.toString(16).padStart(2, '0')), 'hex');
      for (const signatureParameters of [pss(32), pss(20), null]) {
        const { hashes } = documents(1);
        const receipt = await signer.authorise(await signer.prepare(hashes, { changes: { details } }));
        await strike(() => signer.execute(receipt, hashes, { signatureAlgorithm: '1.2.840.113549.1.1.10', signatureParameters }));
      }
    },
  });

  attack({
    id: 'SAP-12',
    title: 'approved for one key, asked of another',
    guard: PRESENTED,
    code: 'key_mismatch',
    event: 'refused',
    async run({ world, signer, strike }) {
      const other = await enrolled(world);
      const { receipt, hashes } = await approved(signer);
      await strike(() => signer.execute(receipt, hashes, { keyId: other.keyId }));
    },
  });

  attack({
    id: 'SAP-36',
    title: 'a key that was frozen between approval and use',
    // The freeze ends what was approved; who still held an approval would be stopped by the versions at Execute, and again before the module.
    guard: ['activation/checks/uses-of-key.ts', 'activation/checks/still-valid.ts', 'activation/checks/stopped.ts'],
    code: 'key_frozen',
    event: null,
    async run({ world, signer, strike }) {
      const { receipt, hashes } = await approved(signer);
      await world.ask('freeze', { signerId: signer.signerId, keyId: signer.keyId, pageNonce: randomBytes(32) });
      await strike(() => signer.execute(receipt, hashes));
    },
  });

  for (const [command, number] of [['suspend', 1], ['revoke', 2]] as const)
    attack({
      id: 'SAP-36',
      title: `a key that officers stopped between approval and use: ${command}`,
      guard: ['activation/checks/uses-of-key.ts', 'activation/checks/still-valid.ts', 'activation/checks/stopped.ts'],
      code: 'key_frozen',
      event: null,
      async run({ world, signer, strike }) {
        const { receipt, hashes } = await approved(signer);
        const { first, second } = world.officers;
        await officersStop(world, signer.keyId, command, [first, second].slice(0, number));
        await strike(() => signer.execute(receipt, hashes));
      },
    });

  attack({
    id: 'SAP-36',
    title: 'a key that was frozen between intent and answer',
    guard: [
      'activation/checks/uses-of-key.ts',
      'activation/checks/statuses.ts',
      'activation/checks/still-valid.ts',
      'activation/checks/stopped.ts',
    ],
    code: 'op_unknown',
    event: null,
    async run({ world, signer, strike }) {
      const { hashes } = documents(1);
      const intent = await signer.prepare(hashes);
      await world.ask('freeze', { signerId: signer.signerId, keyId: signer.keyId, pageNonce: randomBytes(32) });
      await strike(async () => signer.execute(await signer.authorise(intent), hashes));
    },
  });

  attack({
    id: 'SAP-36',
    title: 'an intent for a key that is frozen',
    guard: 'activation/checks/own-key.ts',
    code: 'key_not_active',
    event: null,
    async run({ world, signer, strike }) {
      await world.ask('freeze', { signerId: signer.signerId, keyId: signer.keyId, pageNonce: randomBytes(32) });
      const { hashes } = documents(1);
      await strike(async () => signer.execute(await signer.authorise(await signer.prepare(hashes)), hashes));
    },
  });

  attack({
    id: 'SAP-40',
    title: 'a stolen approval: another application, the same with another key, with none',
    guard: PRESENTED,
    code: 'presenter_mismatch',
    event: 'refused',
    async run({ signer, strike }) {
      for (const changes of [
        { clientId: 'example-dpop' },
        { clientKeyThumbprint: randomBytes(32) },
        { clientKeyThumbprint: new Uint8Array(32) },
      ]) {
        const { receipt, hashes } = await approved(signer);
        await strike(() => signer.execute(receipt, hashes, changes));
      }
    },
  });

  attack({
    id: 'SAP-40',
    title: 'another application repeats a call that was answered',
    guard: PRESENTED,
    code: 'presenter_mismatch',
    // The approval is over: only the log counts who comes afterwards.
    event: null,
    // It gets signatures that were made before; no key signs again.
    gains: 'answer',
    async run({ signer, strike }) {
      const { receipt, hashes } = await approved(signer);
      await signer.execute(receipt, hashes);
      await strike(() => signer.execute(receipt, hashes, { clientId: 'example-dpop' }));
    },
  });

  attack({
    id: 'SAP-47',
    title: 'the crypto module makes a wrong signature: it is not released and the key is suspended',
    guard: 'tamper-protected/crypto-module:checks/true-signature.ts',
    code: 'signature_wrong',
    event: ['frozen', 'indeterminate'],
    options: { wrapDriver: lyingDriver },
    async run({ world, signer, strike }) {
      const { receipt, hashes } = await approved(signer, 2);
      const released = await strike(() => signer.execute(receipt, hashes));
      const { credential } = await world.ask('credential', { keyId: signer.keyId });
      assert.equal(credential!.state, released === undefined ? 'suspended' : 'active');
    },
  });
});

/** RSASSA-PSS-params: SHA-256, MGF1 with SHA-256, salt of 32 bytes (RFC 4055 section 3.1). */
const PSS_SHA256 = '3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120';
