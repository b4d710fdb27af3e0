// SPDX-License-Identifier: Apache-2.0
// Officers, or who calls himself one, and keys that are not theirs: whoever can stop keys can stop a service.
import { randomBytes } from 'node:crypto';
import { suite } from 'node:test';
import { type OutcomeStatement, revocationStatement, stopBody } from '@sigillo/doors/sap';
import { decode, encode } from '@sigillo/doors/schema';
import { sameBytes } from '@sigillo/standards/bytes';
import { encodeOcspRefusal } from '@sigillo/standards/ocsp';
import { Authenticator } from '../played/authenticator.ts';
import { begunStop, officersStop, sendStop, signedBy } from '../played/officers.ts';
import { enrolled, Signer } from '../played/signer.ts';
import { OFFICE, type World } from '../played/world.ts';
import { changed } from './approach.ts';
import { attacksOn, attacksOnSam, type SamAttack, STAGE } from './stage.ts';

suite('attacks with commands of officers', () => {
  const { attack } = attacksOnSam();
  const { attack: attackBefore } = attacksOn(STAGE);
  const one = (given: Omit<SamAttack, 'event' | 'gains'>): void => attack({ ...given, event: null, gains: 'answer' });
  /** Whoever got that far has stopped the key. */
  const stopped = async (answer: Promise<OutcomeStatement>): Promise<string> => (await answer).state;

  attackBefore({
    id: 'ADM-01',
    title: 'one officer revokes alone',
    guard: 'privileged-user/checks/enough-approvals.ts',
    code: 'officers_needed',
    event: null,
    gains: 'answer',
    run: async (world, strike) => {
      const { body } = (await begunStop(world, await newKey(world), 'revoke')).statement;
      await strike(() => stopped(sendStop(world, body, [signedBy(world.officers.first, 'revoke', body)])));
    },
  });

  one({
    id: 'ADM-02',
    title: 'one officer revokes twice',
    guard: 'privileged-user/checks/distinct-officers.ts',
    code: 'officer_repeated',
    run: async ({ world, signer, strike }) => {
      const { first } = world.officers;
      await strike(() => stopped(officersStop(world, signer.keyId, 'revoke', [first, first])));
    },
  });

  one({
    id: 'ADM-02',
    title: 'two names of one person revoke',
    guard: 'privileged-user/checks/distinct-officers.ts',
    code: 'officer_repeated',
    options: { officers: (honest) => ({ ...honest, third: { ...honest.first, officerId: randomBytes(16), authenticator: new Authenticator(OFFICE) } }) },
    run: async ({ world, signer, strike }) => {
      const { first, third } = world.officers;
      await strike(() => stopped(officersStop(world, signer.keyId, 'revoke', [first, third!])));
    },
  });

  one({
    id: 'ADM-04',
    title: 'a command that was carried out is carried out once more, after the key was put right',
    guard: 'privileged-user/checks/key-unchanged.ts',
    code: 'command_changed',
    run: async ({ world, signer, strike }) => {
      const { body } = (await begunStop(world, signer.keyId, 'suspend')).statement;
      const approvals = [signedBy(world.officers.first, 'suspend', body)];
      await sendStop(world, body, approvals);
      await changed(world, 'signing_key', signer.keyId, { state: 'active' });
      await strike(() => stopped(sendStop(world, body, approvals)));
    },
  });

  one({
    id: 'ADM-05',
    title: 'what officers signed of one key is used for another, and what they signed to suspend, to revoke',
    guard: 'privileged-user/checks/officer-assertion.ts',
    code: 'officer_assertion',
    run: async ({ world, signer, strike }) => {
      const other = await enrolled(world);
      const { registrar, first } = world.officers;
      const meant = (await begunStop(world, signer.keyId, 'suspend')).statement.body;
      const foreign = (await begunStop(world, other.keyId, 'suspend')).statement.body;
      const harder = (await begunStop(world, signer.keyId, 'revoke')).statement.body;
      await strike(() => stopped(sendStop(world, foreign, [signedBy(first, 'suspend', meant)])));
      await strike(() => stopped(sendStop(world, harder, [registrar, first].map((officer) => signedBy(officer, 'suspend', meant)))));
      // The same body under the tag of the other command.
      await strike(async () => {
        const { body } = await begunStop(world, other.keyId, 'revoke');
        const bytes = encode(stopBody, body);
        return stopped(sendStop(world, bytes, [registrar, first].map((officer) => signedBy(officer, 'suspend', bytes))));
      });
    },
  });

  one({
    id: 'ADM-09',
    title: 'a command whose time is over, and one of another SAM',
    guard: 'privileged-user/checks/stop-command.ts',
    code: 'command_expired',
    run: async ({ world, signer, strike }) => {
      const { body } = await begunStop(world, signer.keyId, 'suspend');
      const wrong = [
        [{ notBefore: 1, expires: 2 }, 'command_expired'],
        [{ samId: randomBytes(16) }, 'command_malformed'],
      ] as const;
      for (const [changes, code] of wrong) {
        const { keyId } = await enrolled(world);
        const keyVersion = world.sam.state.index.version('signing_key', keyId);
        const bytes = encode(stopBody, { ...body, keyId, keyVersion, ...changes });
        await strike(() => stopped(sendStop(world, bytes, [signedBy(world.officers.first, 'suspend', bytes)])), { code });
      }
    },
  });

  one({
    id: 'ENR-10',
    title: 'the courier says that the CA has revoked: a word of its own, an older one of the CA, one about another certificate, none',
    guard: 'revocation/checks/revoked-by-authority.ts',
    code: 'certificate_not_revoked',
    run: async ({ world, signer, strike }) => {
      const revoked = { status: 'revoked', revokedAtMs: 1_795_000_000_000, reason: 'keyCompromise' } as const;
      const other = await enrolled(world);
      const words = [
        (own: Uint8Array) => world.authority.says(own, revoked, true),
        (own: Uint8Array) => world.authority.says(own, { status: 'good' }),
        (own: Uint8Array) => world.authority.says(own, { status: 'unknown' }),
        (_: Uint8Array, foreign: Uint8Array) => world.authority.says(foreign, revoked),
        () => encodeOcspRefusal('tryLater'),
        () => Uint8Array.of(0),
      ];
      for (const [i, word] of words.entries()) {
        // A twin takes the first word for all: each has a key of its own.
        const { keyId } = i === 0 ? signer : await enrolled(world);
        const [own, foreign] = [(await world.ask('credential', { keyId })).credential!.chain[0]!, (await world.ask('credential', { keyId: other.keyId })).credential!.chain[0]!];
        await officersStop(world, keyId, 'revoke', [world.officers.first, world.officers.second]);
        const { revocations } = await world.ask('revocations', {});
        const { orderId } = revocations.map(({ statement }) => decode(revocationStatement, statement)).find((one) => sameBytes(one.keyId, keyId))!;
        await strike(() => world.ask('certificateRevoked', { orderId, response: word(own, foreign) }));
      }
    },
  });

  one({
    id: 'ADM-10',
    title: 'an officer who is none any more',
    guard: 'privileged-user/checks/officer-active.ts',
    code: 'unknown_officer',
    run: async ({ world, signer, strike }) => {
      const { first } = world.officers;
      const { body } = (await begunStop(world, signer.keyId, 'suspend')).statement;
      const approval = signedBy(first, 'suspend', body);
      await changed(world, 'officer', first.officerId, { status: 'removed' });
      await strike(() => stopped(sendStop(world, body, [approval])));
    },
  });
});

/** A key that waits for its certificate, whether its enrolment needed one approval or two. */
async function newKey(world: World): Promise<Uint8Array> {
  const signer = new Signer(world);
  await signer.begin();
  await signer.makePasskey();
  await signer.confirm();
  const { registrar, first, second } = world.officers;
  await world.ask('officerPropose', signer.approval(registrar, 'enrol-propose'));
  const { state } = await world.ask('officerApprove', signer.approval(first, 'enrol'));
  if (state !== 'ordered') await world.ask('officerApprove', signer.approval(second, 'enrol'));
  return world.sam.state.memory.signer(signer.signerId).keys[0]!;
}
