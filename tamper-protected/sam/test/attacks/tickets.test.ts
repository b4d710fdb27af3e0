// SPDX-License-Identifier: Apache-2.0
// What stands in the IdP's ticket: of other identity providers, for other rooms, for other people, from other times, and from an IdP that
// would rather do without the signer's passkey.
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { suite } from 'node:test';
import { concat } from '@sigillo/standards/bytes';
import { Authenticator } from '../played/authenticator.ts';
import { documents, enrolled, refused, type Signer } from '../played/signer.ts';
import { makeTicket, openWorld, SIGN, type TicketChanges } from '../played/world.ts';
import { attackByConstruction, attacksOnSam } from './stage.ts';

const now = (): number => Math.floor(Date.now() / 1000);

async function signWith(signer: Signer, changes: TicketChanges): Promise<readonly Uint8Array[]> {
  const { hashes } = documents(1);
  return signer.execute(await signer.authorise(await signer.prepare(hashes, { changes })), hashes);
}

suite('attacks with tickets', () => {
  const { attack } = attacksOnSam();

  attack({
    id: 'CLK-01',
    title: 'an approved ticket again, after a wall clock that ran ahead was set back while the SAM stood still',
    guard: 'activation/checks/unused-ticket.ts',
    code: 'clock_jump',
    event: null,
    async run({ world, signer, strike }) {
      const { hashes } = documents(1);
      const ticket = makeTicket(world, { signerId: signer.signerId, keyId: signer.keyId, hashes }, { claims: { exp: now() + 600 } });
      await signer.execute(await signer.authorise(await signer.prepare(hashes, { ticket })), hashes);
      world.ahead.wallMs = 86_400_000;
      await world.sam.sweep();
      const { memory, index, journal, snapshots } = world.sam.state;
      await snapshots.make(memory, index, journal);
      await world.restart('stop', () => {
        world.ahead.wallMs = 0;
      });
      await strike(async () => signer.execute(await signer.authorise(await signer.prepare(hashes, { ticket })), hashes));
      // What is to last longer than anything that was forgotten is taken.
      assert.equal((await signWith(signer, {})).length, 1);
    },
  });

  const tickets: readonly (readonly [
    id: string,
    title: string,
    guard: string,
    code: 'ticket_issuer' | 'ticket_audience' | 'ticket_expired' | 'ticket_signature',
    changes: () => TicketChanges,
  ])[] = [
    [
      'IDP-03',
      'a ticket of an old login',
      'ticket/checks/ticket-time.ts',
      'ticket_expired',
      () => ({ claims: { iat: now() - 1000, exp: now() - 100 } }),
    ],
    [
      'IDP-03',
      'a ticket that lasts for a day',
      'ticket/checks/ticket-time.ts',
      'ticket_expired',
      () => ({ claims: { exp: now() + 86_400 } }),
    ],
    [
      'IDP-03',
      'a ticket from tomorrow',
      'ticket/checks/ticket-time.ts',
      'ticket_expired',
      () => ({ claims: { iat: now() + 86_400, exp: now() + 86_900 } }),
    ],
    [
      'IDP-06',
      'a ticket for the SSA alone',
      'ticket/checks/ticket-audience.ts',
      'ticket_audience',
      () => ({ claims: { aud: 'urn:sigillo:ssa' } }),
    ],
    [
      'IDP-06',
      'a ticket for one more',
      'ticket/checks/ticket-audience.ts',
      'ticket_audience',
      () => ({ claims: { aud: ['urn:sigillo:sam', 'urn:sigillo:ssa', 'urn:other'] } }),
    ],
    [
      'IDP-07',
      'a ticket of another identity provider',
      'ticket/checks/ticket-issuer.ts',
      'ticket_issuer',
      () => ({ claims: { iss: 'http://localhost:9401' } }),
    ],
    [
      'IDP-07',
      'a ticket under an unknown key',
      'ticket/checks/ticket-signature.ts',
      'ticket_signature',
      () => ({ header: { kid: 'idp-2' } }),
    ],
    [
      'IDP-07',
      "a ticket under a stranger's key",
      'ticket/checks/ticket-signature.ts',
      'ticket_signature',
      () => ({ key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }),
    ],
  ];
  for (const [id, title, guard, code, changes] of tickets)
    attack({ id, title, guard, code, event: null, run: ({ signer, strike }) => strike(() => signWith(signer, changes())) });

  attack({
    id: 'IDP-01',
    title: "a ticket of one signer for another's key",
    // The envelope around the key is bound to its signer, and her certificates are encrypted under her key: two more that say no.
    guard: ['activation/checks/own-key.ts', 'signing-key/envelope.ts', 'signing-key/chain.ts'],
    code: 'unknown_key',
    event: null,
    run: async ({ world, signer, strike }) => {
      const thief = await enrolled(world);
      const { hashes } = documents(1);
      const posing = Object.assign(Object.create(thief) as Signer, { keyId: signer.keyId });
      await strike(async () => posing.execute(await posing.authorise(await posing.prepare(hashes)), hashes));
    },
  });

  attack({
    id: 'IDP-05',
    title: 'one ticket for two approvals',
    guard: 'activation/checks/unused-ticket.ts',
    code: 'ticket_approved',
    event: null,
    run: async ({ world, signer, strike }) => {
      const { hashes } = documents(1);
      const ticket = makeTicket(world, { signerId: signer.signerId, keyId: signer.keyId, hashes });
      await signer.execute(await signer.authorise(await signer.prepare(hashes, { ticket })), hashes);
      await strike(async () => signer.execute(await signer.authorise(await signer.prepare(hashes, { ticket })), hashes));
    },
  });

  attack({
    id: 'IDP-09',
    title: 'an IdP that answers in the place of the passkey',
    guard: 'activation/checks/assertion-signature.ts',
    code: 'sad_bad_signature',
    event: 'spent',
    run: async ({ signer, strike }) => {
      const { hashes } = documents(1);
      const intent = await signer.prepare(hashes);
      const answer = { credentialId: signer.passkey.credentialId, userHandle: signer.signerId };
      await strike(async () => signer.execute(await signer.authorise(intent, answer, new Authenticator(SIGN)), hashes));
    },
  });

  attack({
    id: 'DOS-08',
    title: 'a signer is locked out with forged answers',
    // Only what the passkey itself signed says how often it signed.
    guard: 'activation/checks/assertion-signature.ts',
    code: 'sad_bad_signature',
    event: 'spent',
    gains: 'answer',
    run: async ({ signer, strike }) => {
      const { hashes } = documents(1);
      const answer = { credentialId: signer.passkey.credentialId, userHandle: signer.signerId };
      const forge = async (signCount: number): Promise<unknown> => signer.authorise(
        await signer.prepare(hashes),
        { ...answer, signCount },
        new Authenticator(SIGN),
      );
      signer.passkey.signCount = 5;
      await signer.execute(await signer.authorise(await signer.prepare(hashes)), hashes);
      signer.passkey.signCount = 6;
      const lockedOut = await strike(async () => {
        await forge(1).catch((cause: { readonly code?: unknown }) => {
          if (cause.code !== 'sad_sign_count') throw cause;
        });
        await refused('sad_credential_status', () => signer.prepare(hashes));
        return true;
      });
      if (lockedOut === true) return;
      for (let i = 0; i < 20; i++) await refused('sad_bad_signature', () => forge(1));
      await signer.execute(await signer.authorise(await signer.prepare(hashes)), hashes);
    },
  });

  const forms: readonly (readonly [title: string, guard: string, changes: TicketChanges])[] = [
    ['of another version', 'ticket/checks/ticket-header.ts', { header: { typ: 'sigillo-ticket-0+jwt' } }],
    ['that is an access token', 'ticket/checks/ticket-header.ts', { header: { typ: 'at+jwt' } }],
    ['for a number of signatures', 'ticket/checks/closed-members.ts', { details: { numSignatures: 1 } }],
    ['of a lower level', 'ticket/checks/closed-members.ts', { details: { SCAL: '1' } }],
    ['of a lower level, said elsewhere', 'ticket/checks/closed-members.ts', { claims: { scal: '1' } }],
  ];
  for (const [title, guard, changes] of forms)
    attack({
      id: 'SAP-35',
      title: `a ticket ${title}`,
      guard,
      code: 'ticket_malformed',
      event: null,
      async run({ signer, strike }) {
        const { hashes } = documents(1);
        await strike(async () => signer.execute(await signer.authorise(await signer.prepare(hashes, { changes })), hashes));
      },
    });

  // The module behind would still refuse it: what it gets is an algorithm and a digest of its length.
  attack({
    id: 'SAP-48',
    title: "raw RSA, or a DigestInfo of the caller's own, in the place of a hash",
    guard: 'ticket/checks/digest-lengths.ts',
    code: 'digest_length',
    event: null,
    options: { policy: { keyAlgorithm: 'RSA-3072' } },
    gains: 'answer',
    async run({ signer, strike }) {
      const digestInfo = concat(Buffer.from('3031300d060960864801650304020105000420', 'hex'), randomBytes(32));
      const changes = { details: { signAlgo: '1.2.840.113549.1.1.11' } };
      for (const bytes of [digestInfo, randomBytes(33), randomBytes(64)]) await strike(() => signer.prepare([bytes], { changes }));
    },
  });
});

attackByConstruction({
  id: 'IDP-08',
  title: 'a ticket for somebody who is no signer',
  code: 'unknown_key',
  because: 'whoever has no rows has no key, no passkey and no name to make an intent of',
}, async () => {
  const world = await openWorld();
  try {
    const signer = await enrolled(world);
    const nobody = Object.assign(Object.create(signer) as Signer, { signerId: randomBytes(16) });
    await refused('unknown_key', () => nobody.prepare(documents(1).hashes));
  } finally {
    await world.close();
  }
});
