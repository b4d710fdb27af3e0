// SPDX-License-Identifier: Apache-2.0
// What an application asks for through the IdP, and what the courier makes of it on the way to the intent.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite } from 'node:test';
import { documents } from '../played/signer.ts';
import { makeTicket } from '../played/world.ts';
import { approved, hashesOf } from './approach.ts';
import { attacksOnSam } from './stage.ts';

suite('attacks with requests', () => {
  const { attack } = attacksOnSam();

  attack({
    id: 'SAP-01',
    title: 'a second intent for a ticket that was approved',
    guard: 'activation/checks/unused-ticket.ts',
    code: 'ticket_approved',
    event: null,
    async run({ world, signer, strike }) {
      const { hashes } = documents(1);
      const ticket = makeTicket(world, { signerId: signer.signerId, keyId: signer.keyId, hashes });
      await signer.execute(await signer.authorise(await signer.prepare(hashes, { ticket })), hashes);
      await strike(async () => signer.execute(await signer.authorise(await signer.prepare(hashes, { ticket })), hashes));
    },
  });

  attack({
    id: 'SAP-10',
    title: 'nothing to sign',
    guard: 'ticket/checks/item-list.ts',
    code: 'list_length',
    event: null,
    // An empty intent is put before the passkey; there is nothing that a key could sign under it.
    gains: 'answer',
    run: ({ signer, strike }) => strike(() => signer.prepare([], { changes: { details: { documentLocations: [] } } })),
  });

  attack({
    id: 'SAP-10',
    title: 'more documents shown than hashes signed',
    guard: 'activation/checks/documents.ts',
    code: 'documents_mismatch',
    event: null,
    async run({ world, signer, strike }) {
      const { hashes } = documents(2);
      const ticket = makeTicket(world, { signerId: signer.signerId, keyId: signer.keyId, hashes: hashes.slice(0, 1) });
      await strike(async () => {
        const intent = await signer.prepare(hashes, { ticket });
        await signer.execute(await signer.authorise(intent), hashesOf(intent));
      });
    },
  });

  for (const [title, signaturesMax] of [['more than the policy allows', 2], ['a long list that is longer than the policy allows', 120]] as const)
    attack({
      id: 'SAP-10',
      title,
      // An intent that came so far is counted again when it is answered.
      guard: ['activation/checks/documents.ts', 'activation/checks/caps.ts'],
      code: 'list_too_long',
      event: null,
      options: { policy: { signaturesMax } },
      async run({ signer, strike }) {
        await strike(async () => {
          const { receipt, hashes } = await approved(signer, signaturesMax + 1);
          await signer.execute(receipt, hashes);
        });
      },
    });

  attack({
    id: 'SAP-10',
    title: 'a document that the page has not seen, for an application that must show it',
    guard: 'activation/checks/documents.ts',
    code: 'document_unseen',
    event: null,
    async run({ signer, strike }) {
      const { hashes } = documents(1);
      await strike(async () => signer.execute(await signer.authorise(await signer.prepare(hashes, { seen: false })), hashes));
    },
  });

  attack({
    id: 'SAP-35',
    title: 'the level of a key lowered in the memory of the SAM',
    guard: 'activation/checks/activation-secret.ts',
    code: 'activation_secret',
    event: 'spent',
    async run({ world, signer, strike }) {
      const key = (await world.sam.state.rows.read('signing_key', signer.keyId))!;
      Object.assign(key, { soleControlLevel: 1 });
      const { hashes } = documents(1);
      const intent = await signer.prepare(hashes);
      assert.equal(intent.body.soleControlLevel, 1);
      await strike(async () => signer.execute(await signer.authorise(intent), hashes));
    },
  });

  attack({
    id: 'SAP-36',
    title: 'a policy that was exchanged between intent and answer',
    // At Execute the same file looks again.
    guard: 'activation/checks/policy-in-force.ts',
    code: 'policy_changed',
    event: 'spent',
    options: {},
    async run({ world, signer, strike }) {
      const { hashes } = documents(1);
      const intent = await signer.prepare(hashes);
      const { deployment } = world.sam.state;
      Object.assign(world.sam.state, { deployment: { ...deployment, policy: { ...deployment.policy, hash: randomBytes(32) } } });
      await strike(async () => signer.execute(await signer.authorise(intent), hashes));
    },
  });

  attack({
    id: 'SAP-40',
    title: 'a ticket for an application that is no service, and for one that hides its key',
    guard: 'activation/checks/registered-client.ts',
    code: 'unknown_client',
    event: null,
    async run({ signer, strike }) {
      const { hashes } = documents(1);
      await strike(async () => signer.execute(await signer.authorise(await signer.prepare(hashes, { clientId: 'sic' })), hashes));
      const bare = { jkt: null };
      const clientKeyThumbprint = new Uint8Array(32);
      await strike(async () => signer.execute(await signer.authorise(await signer.prepare(hashes, bare)), hashes, { clientKeyThumbprint }), {
        code: 'client_binding',
      });
    },
  });

  attack({
    id: 'SAP-42',
    title: 'a flood of requests against one signer; the request of another application still gets through',
    guard: 'activation/checks/room.ts',
    code: 'signer_operations',
    event: null,
    async run({ signer, strike }) {
      const { hashes } = documents(1);
      for (let open = 0; open < 8; open++) await signer.prepare(hashes);
      await strike(async () => signer.execute(await signer.authorise(await signer.prepare(hashes)), hashes));
      const own = await signer.prepare(hashes, { clientId: 'example-dpop' });
      assert.equal((await signer.execute(await signer.authorise(own), hashes)).length, 1);
    },
  });

  attack({
    id: 'SAP-42',
    title: 'a thousand requests of one application against one signer',
    guard: 'activation/checks/room.ts',
    code: 'signer_operations',
    event: null,
    options: {},
    gains: 'answer',
    async run({ signer, strike }) {
      const { hashes } = documents(1);
      await strike(async () => {
        const asked: PromiseSettledResult<unknown>[] = [];
        while (asked.length < 1000) asked.push(...(await Promise.allSettled(Array.from({ length: 20 }, () => signer.prepare(hashes)))));
        const causes = asked.filter((answer) => answer.status === 'rejected').map(({ reason }) => reason as { readonly code?: unknown });
        if (causes.length === 0) return;
        assert.equal(causes.length, 992);
        assert.deepEqual([...new Set(causes.map(({ code }) => code))], ['signer_operations']);
        throw causes[0];
      });
      const own = await signer.prepare(hashes, { clientId: 'example-dpop' });
      assert.equal((await signer.execute(await signer.authorise(own), hashes)).length, 1);
    },
  });

  attack({
    id: 'SAP-46',
    title: 'a name of several lines, or with control characters',
    guard: 'ticket/checks/shown-name.ts',
    code: 'ticket_details',
    event: null,
    async run({ signer, strike }) {
      const { hashes } = documents(1);
      for (const label of ['contract.pdf\nLevel: high', 'a\rb', 'a\u0000b', 'a\u0085b', 'a\u2028b', 'a\u2029b', 'a\u007fb'])
        await strike(async () => {
          const intent = await signer.prepare(hashes, { changes: { details: { labels: [label] } } });
          return signer.execute(await signer.authorise(intent), hashes);
        });
    },
  });
});
