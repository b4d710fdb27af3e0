// SPDX-License-Identifier: Apache-2.0
// The order of checks, line by line: what fails, with which code, what the journal says, and that the intent is spent whatever failed.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import { challengePreimage, loginChallengePreimage } from '@sigillo/doors/sap';
import { concat, utf8 } from '@sigillo/standards/bytes';
import { REFUSALS, type RefusalCode } from '../../src/refusals.ts';
import { Authenticator, type AnswerChanges } from '../played/authenticator.ts';
import { documents, enrolled, type Intent, refused, type Signer } from '../played/signer.ts';
import { makeTicket, openWorld, sha256, SIGN, type World } from '../played/world.ts';

suite('authorise', () => {
  let world: World;
  let signer: Signer;
  before(async () => {
    world = await openWorld();
    signer = await enrolled(world);
  });
  after(() => world.close());

  /** The answer is refused with the code, the journal says so, and a right answer comes too late. */
  async function spent(code: RefusalCode, answer: (intent: Intent) => Promise<unknown>): Promise<void> {
    const intent = await signer.prepare(documents(1).hashes);
    await refused(code, () => answer(intent));
    const outcome = await signer.outcome(intent.challenge);
    assert.equal(`${outcome.state} ${outcome.code}`, `spent ${code}`);
    assert.equal(REFUSALS[code].event, 'spent');
    await refused('op_unknown', () => signer.authorise(intent));
  }

  test('line 1: a challenge that names no intent spends nothing', async () => {
    const intent = await signer.prepare(documents(1).hashes);
    await refused('op_unknown', () => signer.authorise({ challenge: randomBytes(32) }));
    await signer.authorise(intent);
    await refused('op_unknown', () => signer.authorise(intent));
  });

  test('line 2: late by the monotonic clock, whatever the wall clock says', async (t) => {
    t.after(() => {
      world.ahead.monotonicMs = 0;
      world.ahead.wallMs = 0;
    });
    await spent('op_expired', (intent) => {
      world.ahead.monotonicMs += 121_000;
      world.ahead.wallMs -= 3_600_000;
      return signer.authorise(intent);
    });
  });

  const lines: readonly [name: string, code: RefusalCode, changes: AnswerChanges][] = [
    ['5: a creation is no answer', 'sad_type', { type: 'webauthn.create' }],
    ['5: another page of our host', 'sad_origin', { origin: 'http://sign.localhost:8401' }],
    ['5: a trailing dot', 'sad_origin', { origin: 'http://sign.localhost.:8400' }],
    ['5: upper case', 'sad_origin', { origin: 'http://SIGN.localhost:8400' }],
    ['5: no origin', 'sad_origin', { origin: 'null' }],
    ['5: in a frame', 'sad_cross_origin', { extra: { crossOrigin: true } }],
    ['5: under another page', 'sad_cross_origin', { extra: { topOrigin: 'http://sign.localhost:8400' } }],
    ['5: another spelling of the challenge', 'sad_challenge', { extra: { challenge: 'AAA=' } }],
    ['5: not a text where one must be', 'sad_client_data', { extra: { origin: 1 } }],
    ['6: a passkey that the intent does not name', 'sad_credential', { credentialId: randomBytes(32) }],
    ['6: the user handle of somebody else', 'sad_user_handle', { userHandle: randomBytes(16) }],
    ['7: another relying party', 'sad_rp_id', { rpId: 'localhost' }],
    ['7: nobody was there', 'sad_user_presence', { flags: 0x04 }],
    ['7: nobody was verified', 'sad_user_verification', { flags: 0x01 }],
    ['7: eligible for backup, as it was not at sign-up', 'sad_backup', { flags: 0x0d }],
    ['7: backed up but not eligible', 'sad_backup', { flags: 0x15 }],
    ['7: reserved bits', 'sad_authenticator_data', { flags: 0x25 }],
    ['7: extensions that nobody asked for', 'sad_extensions', { flags: 0x85, extensionData: Uint8Array.of(0xa0) }],
  ];
  for (const [name, code, changes] of lines) test(`line ${name}`, () => spent(code, (intent) => signer.authorise(intent, changes)));

  test('line 5: an answer to a login is no approval, even one crafted from the intent', async () => {
    await spent('sad_challenge', async (intent) => {
      const asked = sha256(
        loginChallengePreimage(world.issuer, Buffer.from(sha256(challengePreimage('sign', intent.statement.body))).toString('base64url')),
      );
      const pageNonce = randomBytes(32);
      return world.ask('authorise', { challenge: intent.challenge, assertion: signer.passkey.get(asked), sealed: null, pageNonce });
    });
  });

  test('line 5: client data with a member twice', async () => {
    await spent('sad_client_data', async (intent) => {
      const assertion = signer.passkey.get(intent.challenge);
      const clientDataJson = concat(utf8('{"type":"webauthn.create",'), assertion.clientDataJson.subarray(1));
      return world.ask('authorise', {
        challenge: intent.challenge,
        assertion: { ...assertion, clientDataJson },
        sealed: null,
        pageNonce: randomBytes(32),
      });
    });
  });

  test('line 6: the passkey of another signer, for her own intent, does not answer for mine', async () => {
    const other = await enrolled(world, { country: 'DE', givenName: null, surname: null, pseudonym: 'Someone else' });
    await spent('sad_credential', (intent) => signer.authorise(intent, {}, other.passkey));
  });

  test('line 8: another key under the right credential id', async () => {
    const impostor = new Authenticator(SIGN);
    await spent('sad_bad_signature', (intent) =>
      signer.authorise(intent, { credentialId: signer.passkey.credentialId, userHandle: signer.signerId }, impostor),
    );
  });

  test('line 8: a signature over another intent', async () => {
    const first = await signer.prepare(documents(1).hashes);
    await spent('sad_challenge', (intent) =>
      world.ask('authorise', {
        challenge: intent.challenge,
        assertion: signer.passkey.get(first.challenge),
        sealed: null,
        pageNonce: randomBytes(32),
      }),
    );
  });

  test('line 8: bytes after the signature', async () => {
    await spent('sad_bad_signature', (intent) => {
      const assertion = signer.passkey.get(intent.challenge);
      return world.ask('authorise', {
        challenge: intent.challenge,
        assertion: { ...assertion, signature: concat(assertion.signature, Uint8Array.of(0)) },
        sealed: null,
        pageNonce: randomBytes(32),
      });
    });
  });

  test('line 9: a sign count that does not rise suspends the passkey', async () => {
    const other = await enrolled(world);
    const first = await other.prepare(documents(1).hashes);
    await other.authorise(first, { signCount: 7 });
    const second = await other.prepare(documents(1).hashes);
    await refused('sad_sign_count', () => other.authorise(second, { signCount: 7 }));
    await refused('sad_credential_status', () => other.prepare(documents(1).hashes));
    await refused('login_unknown', () => world.ask('login', { credentialId: other.passkey.credentialId, pageNonce: randomBytes(32) }));
  });

  test('line 10: a key that was frozen meanwhile', async () => {
    const other = await enrolled(world);
    const intent = await other.prepare(documents(1).hashes);
    await world.ask('freeze', { signerId: other.signerId, keyId: other.keyId, pageNonce: randomBytes(32) });
    await refused('op_unknown', () => other.authorise(intent));
    assert.equal((await other.outcome(intent.challenge)).code, 'key_frozen');
    await refused('key_not_active', () => other.prepare(documents(1).hashes));
  });

  test('line 12: data that claims to be sealed to the SAM', async () => {
    await spent('sad_sealed', (intent) =>
      world.ask('authorise', {
        challenge: intent.challenge,
        assertion: signer.passkey.get(intent.challenge),
        sealed: randomBytes(64),
        pageNonce: randomBytes(32),
      }),
    );
  });

  test('a courier that flips any bit of the answer gets nothing', async () => {
    const intent = await signer.prepare(documents(1).hashes);
    await signer.authorise(intent);
    for (const part of ['authenticatorData', 'clientDataJson', 'signature', 'credentialId'] as const) {
      for (const where of [0, 0.5, 1]) {
        const live = await signer.prepare(documents(1).hashes);
        const right = signer.passkey.get(live.challenge);
        const wrong = new Uint8Array(right[part]);
        const at = Math.floor(where * (wrong.length - 1));
        wrong[at]! ^= 1;
        await assert.rejects(
          () =>
            world.ask('authorise', {
              challenge: live.challenge,
              assertion: { ...right, [part]: wrong },
              sealed: null,
              pageNonce: randomBytes(32),
            }),
          /refused/,
        );
        assert.equal((await signer.outcome(live.challenge)).state, 'spent');
      }
    }
  });

  test('a newer intent of the same ticket kills the older; none comes after an approval', async () => {
    const { hashes } = documents(1);
    const ticket = makeTicket(world, { signerId: signer.signerId, keyId: signer.keyId, hashes });
    const older = await signer.prepare(hashes, { ticket });
    const newer = await signer.prepare(hashes, { ticket });
    await refused('op_unknown', () => signer.authorise(older));
    await signer.authorise(newer);
    await refused('ticket_approved', () => signer.prepare(hashes, { ticket }));
  });

  test('a hundred answers at once: one approval', async () => {
    const intent = await signer.prepare(documents(1).hashes);
    const answers = await Promise.allSettled(Array.from({ length: 100 }, () => signer.authorise(intent)));
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  test('a restart kills what was pending and remembers what was approved', async () => {
    const pending = await signer.prepare(documents(1).hashes);
    const { hashes } = documents(1);
    const ticket = makeTicket(world, { signerId: signer.signerId, keyId: signer.keyId, hashes });
    const approved = await signer.prepare(hashes, { ticket });
    const receipt = await signer.authorise(approved);
    await world.restart('crash');
    await refused('op_unknown', () => signer.authorise(pending));
    assert.equal((await signer.outcome(pending.challenge)).state, 'unknown');
    assert.equal((await signer.outcome(approved.challenge)).state, 'unused');
    await refused('op_spent', () => signer.execute(receipt, hashes));
    await refused('ticket_approved', () => signer.prepare(hashes, { ticket }));
  });

  test('a lost receipt is told again, signed, while it counts', async () => {
    const intent = await signer.prepare(documents(1).hashes);
    const receipt = await signer.authorise(intent);
    const outcome = await signer.outcome(intent.challenge);
    assert.equal(outcome.state, 'authorised');
    assert.equal(createHash('sha256').update(outcome.receipt!.statement).digest('hex').length, 64);
    assert.ok(Buffer.from(outcome.receipt!.statement).includes(Buffer.from(receipt.handle)));
  });
});
