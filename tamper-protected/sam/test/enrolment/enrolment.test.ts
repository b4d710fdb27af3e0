// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import {
  challengePreimage,
  confirmationBody,
  enrolmentBody,
  loginStatement,
  orderStatement,
  outcomeStatement,
  type OutcomeStatement,
} from '@sigillo/doors/sap';
import { decode } from '@sigillo/doors/schema';
import { nameValues, parseCertificate, parseName } from '@sigillo/standards/x509';
import type { RefusalCode } from '../../src/refusals.ts';
import { Authenticator, type AnswerChanges } from '../played/authenticator.ts';
import type { IssueChanges } from '../played/authority.ts';
import { documents, enrolled, type Person, readStatement, refused, Signer } from '../played/signer.ts';
import { OFFICE, openWorld, sha256, SIGN, type World } from '../played/world.ts';

suite('enrolment', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  /** As far as a confirmed passkey that waits for officers. */
  async function waiting(): Promise<Signer> {
    const signer = new Signer(world);
    await signer.begin();
    await signer.makePasskey();
    assert.equal((await signer.confirm()).state, 'pending_proposal');
    return signer;
  }

  test('the subject says what the person said, in any script, and which organisation vouches', async () => {
    const signer = new Signer(world);
    await signer.begin({ country: 'JP', givenName: '花子', surname: '山田', pseudonym: null });
    const name = parseName(decode(enrolmentBody, signer.enrolment).subject);
    assert.deepEqual(nameValues(name, 'commonName'), ['山田 花子']);
    assert.deepEqual(nameValues(name, 'surname'), ['山田']);
    assert.deepEqual(nameValues(name, 'organizationName'), ['Test']);
    await signer.begin({ country: 'FR', givenName: null, surname: null, pseudonym: 'x'.repeat(100) });
    const long = parseName(decode(enrolmentBody, signer.enrolment).subject);
    assert.equal(nameValues(long, 'commonName')[0]!.length, 64);
    assert.equal(nameValues(long, 'pseudonym')[0]!.length, 100);
  });

  const persons: readonly [name: string, person: Partial<Person>][] = [
    ['no country', { country: '' }],
    ['country in lower case', { country: 'jp' }],
    ['a given name alone', { surname: null }],
    ['names and a pseudonym', { pseudonym: 'x' }],
    ['nothing', { givenName: null, surname: null }],
    ['white space around', { givenName: ' a' }],
    ['a control character', { givenName: 'a\u0000b' }],
    ['empty', { givenName: '' }],
  ];
  for (const [name, person] of persons) {
    test(`a person: ${name}`, () =>
      refused('person_invalid', () =>
        new Signer(world).begin({ country: 'JP', givenName: 'a', surname: 'b', pseudonym: null, ...person }),
      ));
  }

  const creations: readonly [name: string, code: RefusalCode, changes: AnswerChanges][] = [
    ['an assertion instead of a creation', 'passkey_challenge', { type: 'webauthn.get' }],
    ['another page', 'passkey_origin', { origin: 'http://localhost:8400' }],
    ['another relying party', 'passkey_origin', { rpId: 'localhost' }],
    ['nobody verified', 'passkey_flags', { flags: 0x01 }],
    ['backed up but not eligible', 'passkey_flags', { flags: 0x15 }],
  ];
  for (const [name, code, changes] of creations) {
    test(`a new passkey: ${name}`, async () => {
      const signer = new Signer(world);
      await signer.begin();
      await refused(code, () => signer.makePasskey(changes));
    });
  }

  test('a passkey made for another enrolment', async () => {
    const signer = new Signer(world);
    await signer.begin();
    const other = new Signer(world);
    await other.begin();
    signer.enrolment = other.enrolment;
    await refused('passkey_challenge', () => signer.makePasskey());
  });

  test('a courier that exchanges the key: the passkey that confirms is not the one that is held', async () => {
    const signer = new Signer(world);
    await signer.begin();
    await signer.makePasskey();
    const impostor = new Authenticator(signer.passkey);
    const honest = signer.passkey.get.bind(signer.passkey);
    signer.passkey.get = (challenge, changes) => impostor.get(challenge, { ...changes, credentialId: signer.passkey.credentialId });
    await refused('confirmation_refused', () => signer.confirm());
    signer.passkey.get = honest;
    assert.equal((await signer.confirm()).state, 'pending_proposal');
  });

  test('a step twice, or too late', async (t) => {
    const signer = await waiting();
    await refused('unknown_enrolment', () => signer.makePasskey());
    await refused('unknown_enrolment', () => signer.confirm());
    const late = new Signer(world);
    await late.begin();
    await late.makePasskey();
    await refused('enrolment_state', () => late.makePasskey());
    await world.sam.state.copy.settled();
    t.after(() => (world.ahead.monotonicMs = 0));
    world.ahead.monotonicMs = 901_000;
    await refused('enrolment_expired', () => late.confirm());
  });

  test('one approval alone stays pending; who may not act is refused', async () => {
    const { registrar, first, second } = world.officers;
    const signer = await waiting();
    await refused('enrolment_state', () => world.ask('officerApprove', signer.approval(first, 'enrol')));
    await refused('officer_role', () => world.ask('officerPropose', signer.approval(first, 'enrol-propose')));
    await refused('unknown_officer', () =>
      world.ask('officerPropose', signer.approval({ ...registrar, officerId: randomBytes(16) }, 'enrol-propose')),
    );
    await refused('officer_assertion', () => world.ask('officerPropose', signer.approval(registrar, 'enrol-propose', first.authenticator)));
    await refused('officer_assertion', () => world.ask('officerPropose', signer.approval(registrar, 'enrol')));
    await world.ask('officerPropose', signer.approval(registrar, 'enrol-propose'));
    await refused('enrolment_state', () => world.ask('officerPropose', signer.approval(registrar, 'enrol-propose')));
    await refused('officer_role', () => world.ask('officerApprove', signer.approval(registrar, 'enrol')));
    assert.equal((await world.ask('officerApprove', signer.approval(first, 'enrol'))).state, 'pending_approval');
    await refused('officer_repeated', () => world.ask('officerApprove', signer.approval(first, 'enrol')));
    const { enrolments } = await world.ask('officerPending', {});
    const mine = enrolments.find(({ enrolment }) => Buffer.from(enrolment).equals(Buffer.from(signer.enrolment)))!;
    assert.equal(mine.state, 'pending_approval');
    assert.equal(mine.approvers.length, 1);
    assert.equal((await world.ask('officerApprove', signer.approval(second, 'enrol'))).state, 'ordered');
    await refused('enrolment_state', () => world.ask('officerApprove', signer.approval(second, 'enrol')));
  });

  test('an approval of one enrolment is none of another', async () => {
    const { registrar, first } = world.officers;
    const one = await waiting();
    const other = await waiting();
    await world.ask('officerPropose', one.approval(registrar, 'enrol-propose'));
    await refused('officer_assertion', () =>
      world.ask('officerPropose', { ...one.approval(registrar, 'enrol-propose'), enrolmentHash: other.enrolmentHash }),
    );
    await world.ask('officerPropose', other.approval(registrar, 'enrol-propose'));
    await refused('officer_assertion', () =>
      world.ask('officerApprove', { ...one.approval(first, 'enrol'), enrolmentHash: other.enrolmentHash }),
    );
  });

  test('two approvals at once make one key', async () => {
    const { registrar, first, second } = world.officers;
    const signer = await waiting();
    await world.ask('officerPropose', signer.approval(registrar, 'enrol-propose'));
    const states = await Promise.all([
      world.ask('officerApprove', signer.approval(first, 'enrol')),
      world.ask('officerApprove', signer.approval(second, 'enrol')),
    ]);
    assert.deepEqual(
      states.map(({ state }) => state),
      ['pending_approval', 'ordered'],
    );
    assert.equal(world.sam.state.memory.signer(signer.signerId).keys.length, 1);
  });

  const certificates: readonly [name: string, code: RefusalCode, changes: IssueChanges][] = [
    ['another key', 'certificate_key', { spki: parseCertificateKey() }],
    ['another name', 'certificate_subject', { subject: Uint8Array.of(0x30, 0) }],
    ['another use', 'certificate_usage', { usage: ['digitalSignature'] }],
    ['more uses', 'certificate_usage', { usage: ['contentCommitment', 'keyCertSign'] }],
    ['another policy', 'certificate_policy', { policy: '2.25.1' }],
    ['too long', 'certificate_validity', { days: 400 }],
    ["a stranger's signature", 'certificate_chain', { byStranger: true }],
  ];
  test('a certificate that is not what was ordered is not installed', async () => {
    const signer = await waiting();
    await signer.approved();
    for (const [, code, changes] of certificates) await refused(code, () => signer.certified(changes));
    await refused('order_unknown', () => world.ask('installCertificate', { orderId: randomBytes(16), chain: [] }));
    await refused('key_not_active', async () => {
      const { keys } = world.sam.state.memory.signer(signer.signerId);
      signer.keyId = keys[0]!;
      await signer.prepare(documents(1).hashes);
    });
    assert.equal(await signer.certified(), 'active');
  });

  test('an order carries all that justifies it, is signed once, and is made anew when it is old', async (t) => {
    const signer = await waiting();
    await signer.approved();
    const first = await mine(signer);
    assert.equal(first.approvals.length, 2);
    assert.deepEqual(Buffer.from(decode(confirmationBody, first.confirmation).credentialId), Buffer.from(signer.passkey.credentialId));
    assert.deepEqual(Buffer.from((await mine(signer)).orderId), Buffer.from(first.orderId));
    await world.sam.state.copy.settled();
    t.after(() => (world.ahead.monotonicMs = 0));
    world.ahead.monotonicMs = 3_100_000;
    assert.notDeepEqual(Buffer.from((await mine(signer)).orderId), Buffer.from(first.orderId));
    const chain = world.authority.certify({ spki: randomBytes(91), subject: Uint8Array.of(0x30, 0) }, { spki: parseCertificateKey() });
    await refused('order_unknown', () => world.ask('installCertificate', { orderId: first.orderId, chain }));
  });

  async function mine(signer: Signer): Promise<ReturnType<typeof decodeOrder>> {
    const { orders } = await world.ask('orders', {});
    return orders
      .map(({ statement }) => decodeOrder(statement))
      .find(({ enrolment }) => Buffer.from(enrolment).equals(Buffer.from(signer.enrolment)))!;
  }

  test('a crash between the approvals and the key: the key is made when the orders are asked for', async () => {
    const { registrar, first, second } = world.officers;
    const signer = await waiting();
    await world.ask('officerPropose', signer.approval(registrar, 'enrol-propose'));
    await world.ask('officerApprove', signer.approval(first, 'enrol'));
    const { cryptoModule } = world.sam.state;
    const generate = cryptoModule.generate.bind(cryptoModule);
    cryptoModule.generate = () => Promise.reject(new Error('killed here'));
    await assert.rejects(() => world.ask('officerApprove', signer.approval(second, 'enrol')));
    cryptoModule.generate = generate;
    await world.restart('crash');
    assert.equal(await signer.certified(), 'active');
  });

  test('approvals that come too late', async (t) => {
    const signer = await waiting();
    t.after(async () => {
      world.ahead.monotonicMs = world.ahead.wallMs = 0;
      await world.restart();
    });
    await world.sam.state.copy.settled();
    world.ahead.monotonicMs = world.ahead.wallMs = 73 * 3_600_000;
    await refused('enrolment_expired', () => world.ask('officerPropose', signer.approval(world.officers.registrar, 'enrol-propose')));
    await world.sam.sweep();
    await refused('enrolment_state', () => world.ask('officerPropose', signer.approval(world.officers.registrar, 'enrol-propose')));
  });

  test('a login statement names the signer and the key; unknown passkeys look like suspended ones', async () => {
    const signer = await enrolled(world);
    const pageNonce = randomBytes(32);
    const statement = readStatement(
      world,
      'login',
      loginStatement,
      await world.ask('login', { credentialId: signer.passkey.credentialId, pageNonce }),
      pageNonce,
    );
    assert.deepEqual(Buffer.from(statement.signerId), Buffer.from(signer.signerId));
    assert.deepEqual(Buffer.from(statement.coseKey), Buffer.from(signer.passkey.coseKey));
    assert.ok(statement.expires - statement.notBefore <= 3600);
    await refused('login_unknown', () => world.ask('login', { credentialId: randomBytes(32), pageNonce }));
    const before = await waiting();
    await refused('login_unknown', () => world.ask('login', { credentialId: before.passkey.credentialId, pageNonce }));
  });

  test("a passkey that is somebody's already", async () => {
    const signer = await enrolled(world);
    const again = new Signer(world);
    await again.begin();
    Object.assign(again, { passkey: signer.passkey });
    await refused('passkey_known', () => again.makePasskey());
  });

  test('credentials of others are theirs', async () => {
    const signer = await enrolled(world);
    const { credential } = await world.ask('credential', { keyId: signer.keyId });
    assert.deepEqual(Buffer.from(credential!.signerId), Buffer.from(signer.signerId));
    assert.deepEqual(credential!.signatureAlgorithms, ['1.2.840.10045.4.3.2']);
    assert.equal(parseCertificate(credential!.chain[0]!).extensions.keyUsage!.has('contentCommitment'), true);
    assert.deepEqual(await world.ask('credential', { keyId: randomBytes(16) }), { credential: null });
    assert.deepEqual(await world.ask('credentials', { signerId: randomBytes(16) }), { credentials: [] });
    await refused('unknown_signer', () => world.ask('history', { signerId: randomBytes(16), before: null, pageNonce: randomBytes(32) }));
  });
});

suite('enrolments that come to nothing hold up nobody', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  /** As far as a held passkey; with the passkey of another sign-up where one is given. */
  async function held(passkey: Authenticator = new Authenticator(SIGN)): Promise<Signer> {
    const signer = Object.assign(new Signer(world), { passkey });
    await signer.begin();
    await signer.makePasskey();
    return signer;
  }

  function confirmed(signer: Signer): Promise<OutcomeStatement> {
    signer.passkey.userHandle = signer.signerId;
    return signer.confirm();
  }

  async function standing(signer: Signer): Promise<string> {
    const pageNonce = randomBytes(32);
    const answer = await world.ask('enrolOutcome', { enrolmentHash: signer.enrolmentHash, pageNonce });
    return readStatement(world, 'outcome', outcomeStatement, answer, pageNonce).state;
  }

  test('one passkey for two sign-ups', async () => {
    const one = await held();
    const two = await held(one.passkey);
    assert.equal((await confirmed(one)).state, 'pending_proposal');
    await refused('passkey_known', () => confirmed(two));
    await refused('passkey_known', () => held(one.passkey));
    await world.restart();
    await refused('passkey_known', () => held(one.passkey));
    await one.approved();
    assert.equal(await one.certified(), 'active');
    await refused('passkey_known', () => held(one.passkey));
  });

  test('two sign-ups with one passkey confirmed in the same moment', async () => {
    const one = await held();
    const two = await held(one.passkey);
    const requests = [one, two].map((signer) => {
      signer.passkey.userHandle = signer.signerId;
      const assertion = signer.passkey.get(sha256(challengePreimage('enrol-confirm', signer.confirmation)));
      return { enrolmentHash: signer.enrolmentHash, assertion, pageNonce: randomBytes(32) };
    });
    const answers = await Promise.allSettled(requests.map((request) => world.ask('enrolConfirm', request)));
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  });

  test("one that was approved with a signer's passkey ends, without a key and without a trace in the rows", async () => {
    const one = await held();
    const two = await held(one.passkey);
    await confirmed(one);
    world.sam.state.memory.reservedPasskeys.clear();
    await confirmed(two);
    await one.approved();
    let made = 0;
    const { cryptoModule, rows } = world.sam.state;
    const generate = cryptoModule.generate.bind(cryptoModule);
    cryptoModule.generate = (...asked) => {
      made += 1;
      return generate(...asked);
    };
    await refused('passkey_known', () => two.approved());
    assert.equal(made, 0);
    assert.equal(await standing(two), 'expired');
    await rows.settled();
    assert.equal(rows.unwritten, 0);
    assert.equal(await one.certified(), 'active');
  });

  test('a change that does not fit leaves no row behind', async () => {
    const signer = await held();
    await confirmed(signer);
    const { cryptoModule, rows, index } = world.sam.state;
    const generate = cryptoModule.generate.bind(cryptoModule);
    const passkey = sha256(signer.passkey.credentialId);
    cryptoModule.generate = (...asked) => {
      index.set('authenticator', passkey, 1, randomBytes(32), 1);
      return generate(...asked);
    };
    await refused('state_changed', () => signer.approved());
    cryptoModule.generate = generate;
    await rows.settled();
    assert.equal(rows.unwritten, 0);
    assert.equal(await enrolled(world).then(({ keyId }) => keyId.length), 16);
    assert.equal(await standing(signer), 'expired');
  });

  test("one whose subject's key is gone", async () => {
    const pending = await held();
    await confirmed(pending);
    const ordered = await held();
    await confirmed(ordered);
    await ordered.approved();
    await world.restart(
      'stop',
      async () =>
        void (await world.tables.asOwner('delete from subject_key where signer_id = any($1)', [[pending.signerId, ordered.signerId]])),
    );
    const after = await held();
    await confirmed(after);
    const { enrolments } = await world.ask('officerPending', {});
    assert.ok(enrolments.some(({ enrolment }) => Buffer.from(enrolment).equals(Buffer.from(after.enrolment))));
    await after.approved();
    assert.equal(await after.certified(), 'active');
    assert.ok(world.logLines.some((line) => line.includes('enrolment_skipped') && line.includes('subject_key_missing')));
  });

  for (const [way, end] of [
    ['when orders are asked for', () => world.ask('orders', {})],
    ['when time passes', () => world.sam.sweep()],
  ] as const)
    test(`an order is not made anew when the approvals are over: ${way}`, async (t) => {
      const signer = await held();
      await confirmed(signer);
      await signer.approved();
      const { orders } = await world.ask('orders', {});
      const order = orders
        .map(({ statement }) => decodeOrder(statement))
        .find(({ enrolment }) => Buffer.from(enrolment).equals(Buffer.from(signer.enrolment)))!;
      await world.sam.state.copy.settled();
      t.after(async () => {
        world.ahead.monotonicMs = world.ahead.wallMs = 0;
        await world.restart();
      });
      world.ahead.monotonicMs = world.ahead.wallMs = 73 * 3_600_000;
      await end();
      assert.equal(world.sam.state.memory.waitingEnrolments.has(Buffer.from(signer.enrolmentHash).toString('hex')), false);
      assert.equal(await standing(signer), 'expired');
      assert.deepEqual(await world.ask('orders', {}), { orders: [] });
      await refused('enrolment_state', () => world.ask('installCertificate', { orderId: order.orderId, chain: [] }));
    });
});

suite('officers who are not two', () => {
  test('two names with one authenticator, and two authenticators of one person', async () => {
    const world = await openWorld({
      officers: ({ first, ...rest }) => ({
        ...rest,
        first,
        second: { ...rest.second, personId: first.personId },
        third: { officerId: randomBytes(16), personId: randomBytes(16), role: 'privileged', authenticator: first.authenticator },
      }),
    });
    try {
      const { registrar, first, second, third } = world.officers;
      const signer = new Signer(world);
      await signer.begin();
      await signer.makePasskey();
      await signer.confirm();
      await world.ask('officerPropose', signer.approval(registrar, 'enrol-propose'));
      await world.ask('officerApprove', signer.approval(first, 'enrol'));
      await refused('officer_repeated', () => world.ask('officerApprove', signer.approval(second, 'enrol')));
      await refused('officer_repeated', () => world.ask('officerApprove', signer.approval(third!, 'enrol')));
    } finally {
      await world.close();
    }
  });

  test('bounded: so many enrolments wait, and no more', async () => {
    const world = await openWorld({ limits: { enrolmentsPending: 2 } });
    try {
      await new Signer(world).begin();
      await new Signer(world).begin();
      await refused('enrolments_full', () => new Signer(world).begin());
    } finally {
      await world.close();
    }
  });

  test('where the policy forbids it, a passkey that may be copied is refused', async () => {
    const world = await openWorld({ policy: { backupEligibleAllowed: false } });
    try {
      const signer = new Signer(world);
      await signer.begin();
      await refused('passkey_backup_eligible', () => signer.makePasskey({ flags: 0x0d }));
    } finally {
      await world.close();
    }
  });
});

function decodeOrder(statement: Uint8Array): {
  readonly orderId: Uint8Array;
  readonly enrolment: Uint8Array;
  readonly confirmation: Uint8Array;
  readonly approvals: readonly unknown[];
} {
  return decode(orderStatement, statement);
}

/** Some other public key. */
function parseCertificateKey(): Uint8Array {
  return new Authenticator(OFFICE).spki;
}
