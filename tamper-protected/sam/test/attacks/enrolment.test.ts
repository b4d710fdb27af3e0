// SPDX-License-Identifier: Apache-2.0
// Whoever wants a key in a name that is not his: officers who are one, couriers that exchange keys, authorities that certify something
// else.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite } from 'node:test';
import { samDoor } from '@sigillo/doors/sam';
import { challengePreimage, codePreimage, comparisonCode, officerChallengePreimage, orderStatement } from '@sigillo/doors/sap';
import { decode } from '@sigillo/doors/schema';
import { Authenticator } from '../played/authenticator.ts';
import type { IssueChanges } from '../played/authority.ts';
import { documents, enrolled, Signer } from '../played/signer.ts';
import { OFFICE, openWorld, type Officers, sha256, SIGN, type World } from '../played/world.ts';
import { attackByConstruction, attacksOn, type SamAttack, STAGE, type Strike } from './stage.ts';

interface Scene {
  readonly world: World;
  readonly strike: Strike;
}

async function waiting(world: World): Promise<Signer> {
  const signer = new Signer(world);
  await signer.begin();
  await signer.makePasskey();
  await signer.confirm();
  return signer;
}

async function proposed(world: World): Promise<Signer> {
  const signer = await waiting(world);
  await world.ask('officerPropose', signer.approval(world.officers.registrar, 'enrol-propose'));
  return signer;
}

/** Two names for one person, and one authenticator under two names. */
function notTwo({ first, ...rest }: Officers): Officers {
  return {
    ...rest,
    first,
    second: { ...rest.second, personId: first.personId },
    third: { officerId: randomBytes(16), personId: randomBytes(16), role: 'privileged', authenticator: first.authenticator },
  };
}

suite('attacks on enrolment', () => {
  const { attack } = attacksOn(STAGE);
  const one = ({ run, ...rest }: Omit<SamAttack, 'event' | 'gains' | 'run'> & { readonly run: (scene: Scene) => Promise<unknown> }): void =>
    attack({ ...rest, event: null, gains: 'answer', run: (world, strike) => run({ world, strike }) });

  /** Whoever got that far without enough approvals has a key ordered for him. */
  const ordered = async (answer: Promise<{ readonly state: string }>): Promise<string> => {
    const { state } = await answer;
    assert.equal(state, 'ordered');
    return state;
  };

  one({
    id: 'ENR-01',
    title: 'one officer approves alone',
    guard: 'privileged-user/checks/enough-approvals.ts',
    code: 'order_unknown',
    run: async ({ world, strike }) => {
      const signer = await proposed(world);
      await world.ask('officerApprove', signer.approval(world.officers.first, 'enrol'));
      await strike(async () => {
        const { orders } = await world.ask('orders', {});
        const mine = orders.map(({ statement }) => decode(orderStatement, statement)).find(
          ({ enrolment }) => Buffer.from(enrolment).equals(signer.enrolment),
        );
        if (mine === undefined) return world.ask(
          'installCertificate',
          { orderId: randomBytes(16), chain: [world.authority.issuing.encoded] },
        );
        return signer.certified();
      });
    },
  });

  one({
    id: 'ENR-01',
    title: 'one officer approves twice',
    guard: 'privileged-user/checks/distinct-officers.ts',
    code: 'officer_repeated',
    run: async ({ world, strike }) => {
      const signer = await proposed(world);
      await world.ask('officerApprove', signer.approval(world.officers.first, 'enrol'));
      await strike(() => ordered(world.ask('officerApprove', signer.approval(world.officers.first, 'enrol'))));
    },
  });

  for (const [title, who] of [['one person with two authenticators', 'second'], ['two names with one authenticator', 'third']] as const)
    one({
      id: 'ENR-01',
      title,
      guard: 'privileged-user/checks/distinct-officers.ts',
      code: 'officer_repeated',
      options: { officers: notTwo },
      run: async ({ world, strike }) => {
        const signer = await proposed(world);
        await world.ask('officerApprove', signer.approval(world.officers.first, 'enrol'));
        await strike(() => ordered(world.ask('officerApprove', signer.approval(world.officers[who]!, 'enrol'))));
      },
    });

  one({
    id: 'ENR-01',
    title: 'whoever proposed approves as well',
    // He would be refused as one who acted already, too.
    guard: ['privileged-user/checks/officer-role.ts', 'privileged-user/checks/distinct-officers.ts'],
    code: 'officer_role',
    run: async ({ world, strike }) => {
      const signer = await proposed(world);
      await world.ask('officerApprove', signer.approval(world.officers.first, 'enrol'));
      await strike(() => ordered(world.ask('officerApprove', signer.approval(world.officers.registrar, 'enrol'))));
    },
  });

  one({
    id: 'ENR-02',
    title: 'an approval of one person is used for another',
    guard: 'privileged-user/checks/officer-assertion.ts',
    code: 'officer_assertion',
    run: async ({ world, strike }) => {
      const [known, stranger] = [await proposed(world), await proposed(world)];
      await world.ask('officerApprove', stranger.approval(world.officers.second, 'enrol'));
      const { approval } = known.approval(world.officers.first, 'enrol');
      await strike(() => ordered(world.ask('officerApprove', { enrolmentHash: stranger.enrolmentHash, approval })));
    },
  });

  one({
    id: 'ENR-02',
    title: 'a proposal is used as an approval',
    guard: 'privileged-user/checks/officer-assertion.ts',
    code: 'officer_assertion',
    run: async ({ world, strike }) => {
      const signer = await proposed(world);
      await world.ask('officerApprove', signer.approval(world.officers.second, 'enrol'));
      await strike(() => ordered(world.ask('officerApprove', signer.approval(world.officers.first, 'enrol-propose'))));
    },
  });

  one({
    id: 'ENR-04',
    title: 'the courier brings its own key, and has it confirmed with the one it kept back',
    guard: 'enrolment/checks/confirmation-signed.ts',
    code: 'confirmation_refused',
    run: async ({ world, strike }) => {
      const signer = new Signer(world);
      await signer.begin();
      const honest = signer.passkey;
      const courier = new Authenticator(SIGN);
      Object.assign(signer, { passkey: courier });
      courier.userHandle = signer.signerId;
      await signer.makePasskey();
      // The person's page would stop here: the confirmation names another key than its own. It is made to go on.
      Object.assign(signer, { passkey: honest });
      honest.userHandle = signer.signerId;
      await strike(() => signer.confirm());
    },
  });

  one({
    id: 'ENR-04',
    title: 'the courier shows the officer another enrolment than the one it has approved',
    guard: 'privileged-user/checks/officer-assertion.ts',
    code: 'officer_assertion',
    run: async ({ world, strike }) => {
      const [shown, meant] = [await proposed(world), await proposed(world)];
      const codes = [shown, meant].map(({ confirmation }) => comparisonCode(
        sha256(codePreimage(sha256(challengePreimage('enrol-confirm', confirmation)))),
      ));
      assert.notEqual(codes[0], codes[1], 'and the code on the page is not the one that the officer reads');
      await world.ask('officerApprove', meant.approval(world.officers.second, 'enrol'));
      const { approval } = shown.approval(world.officers.first, 'enrol');
      await strike(() => ordered(world.ask('officerApprove', { enrolmentHash: meant.enrolmentHash, approval })));
    },
  });

  one({
    id: 'ENR-03',
    title: "a signer's passkey is made another signer's",
    guard: 'enrolment/checks/new-passkey.ts',
    code: 'passkey_known',
    run: async ({ world, strike }) => {
      const [known, waits] = [await enrolled(world), await waiting(world)];
      for (const { passkey } of [known, waits]) {
        const own = passkey.userHandle;
        const other = new Signer(world, passkey);
        await other.begin();
        await strike(() => other.makePasskey());
        passkey.userHandle = own;
      }
    },
  });

  // The tag of what is signed names its use; the page's login is the IdP's to refuse.
  one({
    id: 'SAP-23',
    title: 'the answer to an intent as a confirmation of a sign-up',
    guard: 'enrolment/checks/confirmation-signed.ts',
    code: 'confirmation_refused',
    run: async ({ world, strike }) => {
      const intent = await (await enrolled(world)).prepare(documents(1).hashes);
      const signer = new Signer(world);
      await signer.begin();
      await signer.makePasskey();
      const assertion = signer.passkey.get(intent.challenge);
      await strike(() => world.ask('enrolConfirm', { enrolmentHash: signer.enrolmentHash, assertion, pageNonce: randomBytes(32) }));
    },
  });

  one({
    id: 'SAP-23',
    title: "the answer to an intent, or a signer's own, as a command of an officer",
    guard: 'privileged-user/checks/officer-assertion.ts',
    code: 'officer_assertion',
    run: async ({ world, strike }) => {
      const known = await enrolled(world);
      const intent = await known.prepare(documents(1).hashes);
      const { registrar } = world.officers;
      const commandOf = (command: 'enrol' | 'enrol-propose', { confirmation }: Signer): Uint8Array =>
        sha256(officerChallengePreimage(command, confirmation, registrar.officerId));
      for (const answer of [
        () => registrar.authenticator.get(intent.challenge),
        (signer: Signer) => registrar.authenticator.get(commandOf('enrol', signer)),
        (signer: Signer) => ({ ...known.passkey.get(commandOf('enrol-propose', signer)), credentialId: registrar.authenticator.credentialId }),
      ]) {
        const signer = await waiting(world);
        const approval = { officerId: registrar.officerId, assertion: answer(signer) };
        await strike(() => world.ask('officerPropose', { enrolmentHash: signer.enrolmentHash, approval }));
      }
    },
  });

  const otherKey = new Authenticator(OFFICE).spki;
  const certificates: readonly (readonly [title: string, guard: string, changes: IssueChanges])[] = [
    ['for another key', 'enrolment/checks/certificate-key.ts', { spki: otherKey }],
    ['for another name', 'enrolment/checks/certificate-subject.ts', { subject: Uint8Array.of(0x30, 0) }],
    ['for another use', 'enrolment/checks/certificate-usage.ts', { usage: ['digitalSignature'] }],
    ['for an authority', 'enrolment/checks/certificate-usage.ts', { usage: ['contentCommitment', 'keyCertSign'] }],
    ['under another policy', 'enrolment/checks/certificate-policy.ts', { policy: '2.25.1' }],
    ['for longer', 'enrolment/checks/certificate-validity.ts', { days: 400 }],
    ['that ended already', 'enrolment/checks/certificate-validity.ts', { days: -1 / 2880 }],
    ['of another authority', 'enrolment/checks/certificate-chain.ts', { byStranger: true }],
  ];
  for (const [title, guard, changes] of certificates)
    one({
      id: 'ENR-10',
      title: `a certificate ${title}`,
      // One that ended is refused by the path as well.
      guard: changes.days !== undefined && changes.days < 0 ? [guard, 'enrolment/checks/certificate-chain.ts'] : guard,
      code: guard.slice('enrolment/checks/'.length, -'.ts'.length).replace('-', '_'),
      run: async ({ world, strike }) => {
        const signer = await waiting(world);
        await signer.approved();
        const gained = await strike(() => signer.certified(changes));
        assert.equal(gained ?? (await signer.certified()), 'active');
      },
    });
});

const MESSAGES = [
  'enrolBegin', 'enrolKey', 'enrolConfirm', 'enrolOutcome', 'officerPending', 'officerPropose', 'officerApprove', 'orders', 'installCertificate',
  'login', 'prepare', 'authorise', 'outcome', 'execute', 'credentials', 'credential', 'history', 'freeze', 'status', 'officerStopBegin', 'officerStop',
  'revocations', 'certificateRevoked',
];

attackByConstruction({
  id: 'ENR-03',
  title: 'a passkey is added with a login session alone',
  code: 'unknown_enrolment',
  because: "each message that makes a passkey somebody's goes through officers, and makes a new signer",
}, async () => {
  // Every message that makes a passkey somebody's is here: each goes through officers, and each makes a signer anew.
  assert.deepEqual(Object.keys(samDoor), MESSAGES);
  const world = await openWorld();
  try {
    const [first, again] = [await waiting(world), new Signer(world)];
    await again.begin();
    assert.notDeepEqual(again.signerId, first.signerId, 'who begins anew is somebody new');
    await assert.rejects(
      world.ask('enrolKey', { enrolmentHash: first.enrolmentHash, ...again.passkey.create(randomBytes(32)), pageNonce: randomBytes(32) }),
      { code: 'unknown_enrolment' },
    );
  } finally {
    await world.close();
  }
});

attackByConstruction({
  id: 'ENR-06',
  title: 'an old key is attached to a new passkey',
  code: 'no such message',
  because: 'no message names a key together with a passkey',
}, async () => {
  assert.deepEqual(Object.keys(samDoor), MESSAGES);
  // No message names a key together with anything that could become its passkey.
  const taking = Object.entries(samDoor).filter(([, { request }]) => JSON.stringify(request.shape).includes('"keyId"'));
  assert.deepEqual(taking.map(([name]) => name).sort(), ['credential', 'execute', 'freeze', 'officerStopBegin']);
  await Promise.resolve();
});
