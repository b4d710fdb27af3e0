// SPDX-License-Identifier: Apache-2.0
// Answers of a passkey that were given before, elsewhere, too late, by someone else, or for something else.
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'node:test';
import {
  challengePreimage,
  loginChallengePreimage,
  officerChallengePreimage,
} from '@sigillo/doors/sap';
import { toBase64url, toHex } from '@sigillo/standards/bytes';
import { changeRow } from '../../src/records/change-row.ts';
import { Authenticator } from '../played/authenticator.ts';
import { documents, enrolled, type Intent, type Signer } from '../played/signer.ts';
import { makeTicket, sha256, SIGN, type World } from '../played/world.ts';
import { approved, useAnswer, useWrongly } from './approach.ts';
import { attacksOnSam } from './stage.ts';

suite('attacks with answers', () => {
  const { attack } = attacksOnSam();
  const TAKE_ISSUED = 'activation/checks/take-issued.ts';
  /** The crypto module has a memory of its own of what it signed: a SAM that forgot gets nothing there. */
  const USED_MARKS = 'tamper-protected/crypto-module:used-marks.ts';

  attack({
    id: 'SAP-01',
    title: 'the same answer twice',
    guard: [TAKE_ISSUED, USED_MARKS],
    code: 'op_unknown',
    event: null,
    async run({ signer, strike }) {
      const { intent, receipt, hashes } = await approved(signer);
      await signer.execute(receipt, hashes);
      await strike(() => useAnswer(signer, intent, signer.passkey.get(intent.challenge)));
    },
  });

  attack({
    id: 'SAP-03',
    title: 'the same answer after a restart, still in time',
    // A module that started anew has forgotten its marks, and refuses the tickets of its last start instead: the intent is all that counts.
    guard: TAKE_ISSUED,
    code: 'op_unknown',
    event: null,
    options: {},
    async run({ world, signer, strike }) {
      const { intent } = await approved(signer);
      await world.restart('crash');
      await strike(() => useAnswer(signer, intent, signer.passkey.get(intent.challenge)));
    },
  });

  attack({
    id: 'SAP-04',
    title: 'the answer at another SAM over the same database and journal',
    // A clone under its own name does not start; one that did would not know the intent.
    guard: ['checks/same-deployment.ts', TAKE_ISSUED],
    code: 'deployment_changed',
    event: null,
    options: {},
    async run({ world, signer, strike }) {
      const { intent } = await approved(signer);
      const own = deploymentOf(world);
      await strike(async () => {
        await world.restart('crash', () => renamed(world, { ...own, samId: toHex(randomBytes(16)) }));
        await useAnswer(signer, intent, signer.passkey.get(intent.challenge));
      });
    },
  });

  attack({
    id: 'SAP-13',
    title: "another signer's answer to this signer's intent, and the reverse",
    // Without the look at whose passkey it is, the signature still is not one of the passkey that the intent names.
    guard: ['activation/checks/own-credential.ts', 'activation/checks/assertion-signature.ts'],
    code: 'sad_credential',
    event: 'spent',
    async run({ world, signer, strike }) {
      const other = await enrolled(world);
      for (const [victim, by] of [
        [signer, other],
        [other, signer],
      ] as const) {
        const intent = await victim.prepare(documents(1).hashes);
        await strike(() => useAnswer(victim, intent, by.passkey.get(intent.challenge)));
      }
    },
  });

  attack({
    id: 'SAP-13',
    title: "the user handle of somebody else beside one's own passkey",
    guard: 'activation/checks/own-credential.ts',
    code: 'sad_user_handle',
    event: 'spent',
    run: ({ signer, strike }) => strike(() => useWrongly(signer, { userHandle: randomBytes(16) })),
  });

  attack({
    id: 'SAP-14',
    title: 'a passkey that was suspended since the intent was made',
    // What was approved ends at Execute too, where the same versions are compared again, and once more before the module is asked.
    guard: ['activation/checks/statuses.ts', 'activation/checks/still-valid.ts', 'activation/checks/stopped.ts'],
    code: 'record_changed',
    event: 'spent',
    async run({ world, signer, strike }) {
      const intent = await signer.prepare(documents(1).hashes);
      await suspendPasskeyOf(world, signer);
      await strike(() => useAnswer(signer, intent, signer.passkey.get(intent.challenge)));
    },
  });

  attack({
    id: 'SAP-14',
    title: "the signer's own passkey that was enrolled later",
    guard: ['activation/checks/own-credential.ts', 'activation/checks/assertion-signature.ts'],
    code: 'sad_credential',
    event: 'spent',
    async run({ world, signer, strike }) {
      const intent = await signer.prepare(documents(1).hashes);
      const later = new Authenticator(SIGN);
      later.userHandle = signer.signerId;
      await addPasskey(world, signer, later);
      await strike(() => useAnswer(signer, intent, later.get(intent.challenge)));
    },
  });

  const DATA = 'activation/checks/authenticator-data.ts';
  const CLIENT = 'activation/checks/client-data.ts';

  attack({
    id: 'SAP-15',
    title: 'nobody was verified',
    guard: DATA,
    code: 'sad_user_verification',
    event: 'spent',
    run: ({ signer, strike }) => strike(() => useWrongly(signer, { flags: 0x01 })),
  });

  attack({
    id: 'SAP-16',
    title: 'nobody was there',
    guard: DATA,
    code: 'sad_user_presence',
    event: 'spent',
    run: ({ signer, strike }) => strike(() => useWrongly(signer, { flags: 0x04 })),
  });

  attack({
    id: 'SAP-17',
    title: 'the answer of a creation',
    guard: CLIENT,
    code: 'sad_type',
    event: 'spent',
    run: ({ signer, strike }) => strike(() => useWrongly(signer, { type: 'webauthn.create' })),
  });

  attack({
    id: 'SAP-18',
    title: 'another origin: subdomain, parent, scheme, port, trailing dot, upper case, punycode twin, null',
    guard: CLIENT,
    code: 'sad_origin',
    event: 'spent',
    async run({ signer, strike }) {
      for (const origin of [
        'http://a.sign.localhost:8400',
        'http://localhost:8400',
        'https://sign.localhost:8400',
        'http://sign.localhost:8401',
        'http://sign.localhost',
        'http://sign.localhost.:8400',
        'http://SIGN.localhost:8400',
        'http://xn--sgn-8ma.localhost:8400',
        'http://s\u0456gn.localhost:8400',
        'http://sign.localhost:8400/',
        'null',
        '',
      ])
        await strike(() => useWrongly(signer, { origin }));
    },
  });

  attack({
    id: 'SAP-19',
    title: 'in a frame, or under another page',
    guard: CLIENT,
    code: 'sad_cross_origin',
    event: 'spent',
    async run({ signer, strike }) {
      for (const extra of [{ crossOrigin: true }, { topOrigin: 'http://sign.localhost:8400' }, { crossOrigin: true, topOrigin: 'https://evil.example' }])
        await strike(() => useWrongly(signer, { extra }));
    },
  });

  attack({
    id: 'SAP-20',
    title: 'another relying party',
    guard: DATA,
    code: 'sad_rp_id',
    event: 'spent',
    async run({ signer, strike }) {
      for (const rpId of ['localhost', 'a.sign.localhost', 'sign.localhost.']) await strike(() => useWrongly(signer, { rpId }));
    },
  });

  attack({
    id: 'SAP-21',
    title: 'backed up without being eligible, or eligible as it was not at sign-up',
    guard: DATA,
    code: 'sad_backup',
    event: 'spent',
    async run({ signer, strike }) {
      for (const flags of [0x15, 0x0d, 0x1d]) await strike(() => useWrongly(signer, { flags }));
    },
  });

  attack({
    id: 'SAP-22',
    title: 'a sign count that is equal, lower or back at zero; the passkey is suspended',
    guard: 'activation/checks/sign-count.ts',
    code: 'sad_sign_count',
    event: ['spent', 'passkey_suspended'],
    async run({ world, strike }) {
      for (const signCount of [7, 6, 0]) {
        const own = await enrolled(world);
        // Zero for ever is no count at all.
        await useWrongly(own, { signCount: 0 });
        await useWrongly(own, { signCount: 0 });
        await useWrongly(own, { signCount: 7 });
        await strike(() => useWrongly(own, { signCount }));
      }
    },
  });

  attack({
    id: 'SAP-23',
    title: 'answers to a login, to a sign-up and to an officer\'s command, even ones crafted from the intent',
    guard: CLIENT,
    code: 'sad_challenge',
    event: 'spent',
    async run({ world, signer, strike }) {
      const preimages = [
        (body: Uint8Array) => loginChallengePreimage(world.issuer, toBase64url(sha256(challengePreimage('sign', body)))),
        (body: Uint8Array) => challengePreimage('enrol-confirm', body),
        (body: Uint8Array) => challengePreimage('enrol', body),
        (body: Uint8Array) => officerChallengePreimage('enrol', body, signer.signerId),
        (body: Uint8Array) => body,
      ];
      for (const preimage of preimages) {
        const intent = await signer.prepare(documents(1).hashes);
        await strike(() => useAnswer(signer, intent, signer.passkey.get(sha256(preimage(intent.statement.body)))));
      }
    },
  });

  attack({
    id: 'SAP-24',
    title: 'the challenge in plain base64, padded, cut, with a line break, with unused bits',
    guard: CLIENT,
    code: 'sad_challenge',
    event: 'spent',
    async run({ signer, strike }) {
      const spellings = [
        (bytes: Buffer) => bytes.toString('base64').slice(0, -1),
        (bytes: Buffer) => `${bytes.toString('base64url')}=`,
        (bytes: Buffer) => bytes.toString('base64url').slice(0, -1),
        (bytes: Buffer) => bytes.subarray(0, 31).toString('base64url'),
        (bytes: Buffer) => `${bytes.toString('base64url')}\n`,
        (bytes: Buffer) => bytes.toString('hex'),
        (bytes: Buffer) => unusedBits(bytes.toString('base64url')),
        () => '',
      ];
      for (const spell of spellings) {
        const intent = await intentWithSigns(signer);
        const assertion = signer.passkey.get(intent.challenge, { extra: { challenge: spell(Buffer.from(intent.challenge)) } });
        await strike(() => useAnswer(signer, intent, assertion));
      }
    },
  });

  attack({
    id: 'SAP-25',
    title: 'client data with a member twice, a byte order mark, an escaped name, something behind it, no object, too deep',
    guard: CLIENT,
    code: 'sad_client_data',
    event: 'spent',
    async run({ signer, strike }) {
      const spellings = [
        (json: string) => json.replace('{', '{"type":"webauthn.create",'),
        (json: string) => json.replace(/}$/, ',"challenge":"AAAA"}'),
        (json: string) => json.replace('{', '{"\\u0074ype":"webauthn.get",'),
        (json: string) => `\ufeff${json}`,
        (json: string) => `${json} {}`,
        (json: string) => `${json}\0`,
        (json: string) => `[${json}]`,
        (json: string) => json.replace(/}$/, ',"x":{"x":{"x":{"x":{"x":1}}}}}'),
        (json: string) => json.replace(/"origin":"[^"]*"/, '"origin":["http://sign.localhost:8400"]'),
        (json: string) => json.replace(/}$/, ''),
      ];
      for (const spell of spellings) {
        const intent = await signer.prepare(documents(1).hashes);
        await strike(() => useAnswer(signer, intent, signer.passkey.get(intent.challenge, { spell })));
      }
    },
  });

  const SIGNATURE = 'activation/checks/assertion-signature.ts';

  attack({
    id: 'SAP-26',
    title: 'signatures in no DER, in long DER, as r ‖ s, with bytes behind, of zeros, empty inside',
    guard: SIGNATURE,
    code: 'sad_bad_signature',
    event: 'spent',
    async run({ signer, strike }) {
      const bends = [
        (der: Buffer) => Buffer.concat([der, Buffer.of(0)]),
        (der: Buffer) => Buffer.concat([Buffer.of(0x30, 0x81, der.length - 2), der.subarray(2)]),
        (der: Buffer) => Buffer.concat([Buffer.of(0x30, 0x80), der.subarray(2), Buffer.of(0, 0)]),
        (der: Buffer) => fixedOf(der),
        () => Buffer.from('3006020100020100', 'hex'),
        () => Buffer.from('3000', 'hex'),
        () => Buffer.of(0),
      ];
      for (const bend of bends) {
        const intent = await signer.prepare(documents(1).hashes);
        const right = signer.passkey.get(intent.challenge);
        await strike(() => useAnswer(signer, intent, { ...right, signature: bend(Buffer.from(right.signature)) }));
      }
    },
  });

  attack({
    id: 'SAP-26',
    title: 'the other form of an ECDSA signature (n − s) after the first: the intent is spent',
    guard: [TAKE_ISSUED, USED_MARKS],
    code: 'op_unknown',
    event: null,
    async run({ signer, strike }) {
      const intent = await signer.prepare(documents(1).hashes);
      const right = signer.passkey.get(intent.challenge);
      await useAnswer(signer, intent, right);
      await strike(() => useAnswer(signer, intent, { ...right, signature: otherForm(Buffer.from(right.signature)) }));
    },
  });

  attack({
    id: 'SAP-27',
    title: 'a key of another type or algorithm under the right credential id',
    guard: SIGNATURE,
    code: 'sad_bad_signature',
    event: 'spent',
    async run({ signer, strike }) {
      for (const algorithm of ['ES256', 'ES384', 'EdDSA', 'RS256'] as const) {
        const impostor = new Authenticator(SIGN, algorithm);
        impostor.userHandle = signer.signerId;
        const intent = await signer.prepare(documents(1).hashes);
        await strike(() => useAnswer(signer, intent, impostor.get(intent.challenge, { credentialId: signer.passkey.credentialId })));
      }
    },
  });

  attack({
    id: 'SAP-29',
    title: 'late by the monotonic clock, with the wall clock set back',
    guard: 'activation/checks/in-time.ts',
    code: 'op_expired',
    event: 'spent',
    options: {},
    async run({ world, signer, strike }) {
      const { hashes } = documents(1);
      const intent = await signer.prepare(hashes);
      await strike(async () => {
        world.ahead.monotonicMs += 120_001;
        world.ahead.wallMs -= 3_600_000;
        const receipt = await signer.authorise(intent);
        // The module has the machine's own clock, and tickets from another time are none.
        world.ahead.monotonicMs = 0;
        await signer.execute(receipt, hashes);
      });
    },
  });
});

function deploymentOf(world: World): Record<string, unknown> {
  return JSON.parse(readFileSync(join(world.folder, 'public', 'deployment.json'), 'utf8')) as Record<string, unknown>;
}

function renamed(world: World, deployment: object): void {
  writeFileSync(join(world.folder, 'public', 'deployment.json'), JSON.stringify(deployment));
}

async function suspendPasskeyOf(world: World, { signerId, passkey }: Signer): Promise<void> {
  const { state } = world.sam;
  const rowId = sha256(passkey.credentialId);
  const row = (await state.rows.read('authenticator', rowId))!;
  const rows = [changeRow(state, 'authenticator', rowId, state.index.version('authenticator', rowId), { ...row, status: 'suspended' })];
  await state.journal.append({ event: 'passkey_suspended', signerId, rows }).durable;
}

async function addPasskey(world: World, { signerId, passkey }: Signer, later: Authenticator): Promise<void> {
  const { state } = world.sam;
  const row = (await state.rows.read('authenticator', sha256(passkey.credentialId)))!;
  const { credentialId, coseKey } = later;
  const rows = [changeRow(state, 'authenticator', sha256(credentialId), 0, { ...row, credentialId, coseKey })];
  await state.journal.append({ event: 'enrolled', signerId, rows }).durable;
}

/** An intent whose challenge has other characters in base64 than in base64url. */
async function intentWithSigns(signer: Signer): Promise<Intent> {
  const { hashes } = documents(1);
  // Of one ticket, so that a newer intent takes the place of the one before.
  const ticket = makeTicket(signer.world, { signerId: signer.signerId, keyId: signer.keyId, hashes });
  for (;;) {
    const intent = await signer.prepare(hashes, { ticket });
    if (/[+/]/.test(Buffer.from(intent.challenge).toString('base64'))) return intent;
  }
}

/** The last character of 43 carries two bits that nothing uses. */
function unusedBits(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1)!) + 1]!;
}

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function integersOf(der: Buffer): readonly [r: Buffer, s: Buffer] {
  const length = der[3]!;
  return [der.subarray(4, 4 + length), der.subarray(6 + length)];
}

function fixedOf(der: Buffer): Buffer {
  return Buffer.concat(integersOf(der).map((integer) => Buffer.from(integer.toString('hex').padStart(64, '0').slice(-64), 'hex')));
}

/** (r, n − s), which verifies as (r, s) does. */
function otherForm(der: Buffer): Buffer {
  const [r, s] = integersOf(der);
  const hex = (ORDER - BigInt(`0x${s.toString('hex')}`)).toString(16).padStart(64, '0');
  const positive = Buffer.from(hex, 'hex');
  const other = (positive[0]! & 0x80) === 0 ? positive : Buffer.concat([Buffer.of(0), positive]);
  const inner = Buffer.concat([Buffer.of(2, r.length), r, Buffer.of(2, other.length), other]);
  return Buffer.concat([Buffer.of(0x30, inner.length), inner]);
}
