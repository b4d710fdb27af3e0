// SPDX-License-Identifier: Apache-2.0
// Each check of an assertion by an answer that is right in everything else, for every kind of passkey.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { concat, toBase64, toBase64url, utf8 } from '../../bytes/index.ts';
import { type Assertion, verifyAssertion, WebauthnError, type WebauthnErrorCode } from '../../webauthn/index.ts';
import { sha256, verify } from '../pki/keys.ts';
import { answer, attestedData, type Change, expectation, FLAG, newPasskey, ORIGIN, type PasskeyKind } from './software-authenticator.ts';

const powers = { sha256, verify };
const passkey = newPasskey('p256');
const challenge = randomBytes(32);
const expected = expectation(passkey, challenge);
const refusal = (code: WebauthnErrorCode) => (error: unknown) => error instanceof WebauthnError && error.code === code;
const KINDS: readonly PasskeyKind[] = ['p256', 'p384', 'rsa-pkcs1', 'ed25519', 'ml-dsa-65'];

for (const kind of KINDS) {
  test(`an honest answer of a ${kind} passkey proves what it says`, () => {
    const own = newPasskey(kind);
    const proof = verifyAssertion(answer(own, challenge, { signCount: 0xfffffffe }), expectation(own, challenge), powers);
    assert.deepEqual(proof, { credentialId: own.id, signCount: 0xfffffffe, backedUp: false });
  });
}

test('a synchronised passkey says so, and what is not known is not compared', () => {
  const synced = { ...expected, credential: { ...expected.credential, backupEligible: true } };
  assert.equal(verifyAssertion(answer(passkey, challenge, { flags: FLAG.UP | FLAG.UV | FLAG.BE | FLAG.BS }), synced, powers).backedUp, true);
  const unknown = { ...expected, credential: { ...expected.credential, backupEligible: null, userHandle: null } };
  assert.equal(verifyAssertion({ ...answer(passkey, challenge), userHandle: null }, unknown, powers).signCount, 7);
});

const otherSpelling = `${toBase64url(challenge).slice(0, -1)}${nextLetter(toBase64url(challenge).at(-1)!)}`;
const wrong: readonly (readonly [string, Change, WebauthnErrorCode])[] = [
  ['of a registration', { type: 'webauthn.create' }, 'client_data_type'],
  ['to another question', { challenge: toBase64url(randomBytes(32)) }, 'client_data_challenge'],
  ['with a challenge in plain base64', { challenge: toBase64(concat(challenge.subarray(0, 29), Uint8Array.of(0xff, 0xff, 0xff))) }, 'client_data_challenge'],
  ['with a padded challenge', { challenge: `${toBase64url(challenge)}=` }, 'client_data_challenge'],
  ['with a cut challenge', { challenge: toBase64url(challenge.subarray(0, 31)) }, 'client_data_challenge'],
  ['with a line break in the challenge', { challenge: `${toBase64url(challenge)}\\n` }, 'client_data_challenge'],
  ['with a challenge in another spelling of the same bytes', { challenge: otherSpelling }, 'client_data_challenge'],
  ['of a subdomain', { origin: 'http://a.sign.localhost:8400' }, 'client_data_origin'],
  ['of the parent domain', { origin: 'http://localhost:8400' }, 'client_data_origin'],
  ['of another scheme', { origin: 'https://sign.localhost:8400' }, 'client_data_origin'],
  ['of another port', { origin: 'http://sign.localhost:8401' }, 'client_data_origin'],
  ['with a trailing dot', { origin: 'http://sign.localhost.:8400' }, 'client_data_origin'],
  ['in upper case', { origin: 'http://SIGN.localhost:8400' }, 'client_data_origin'],
  ['of a look-alike', { origin: 'http://xn--sgn-qma.localhost:8400' }, 'client_data_origin'],
  ['of no origin', { origin: 'null' }, 'client_data_origin'],
  ['from a frame of somebody else', { more: ',"crossOrigin":true' }, 'client_data_cross_origin'],
  ['with a top origin', { more: `,"crossOrigin":false,"topOrigin":"${ORIGIN}"` }, 'client_data_top_origin'],
  ['with a cross-origin mark that is no boolean', { more: ',"crossOrigin":"false"' }, 'client_data_malformed'],
  ['for another relying party', { rpId: 'localhost' }, 'rp_id'],
  ['without presence', { flags: FLAG.UV }, 'user_presence'],
  ['without verification', { flags: FLAG.UP }, 'user_verification'],
  ['of a passkey that became eligible for backup', { flags: FLAG.UP | FLAG.UV | FLAG.BE }, 'backup_eligibility'],
  ['of one that is backed up and not eligible', { flags: FLAG.UP | FLAG.UV | FLAG.BS }, 'backup_state'],
  ['with extensions that nobody asked for', { flags: FLAG.UP | FLAG.UV | FLAG.ED, tail: Uint8Array.of(0xa0) }, 'extension_data'],
  ['with attested data', { flags: FLAG.UP | FLAG.UV | FLAG.AT, tail: attestedData(passkey) }, 'attested_data'],
  ['with a reserved flag', { flags: FLAG.UP | FLAG.UV | 0x02 }, 'authenticator_data_malformed'],
  ['with bytes behind its data', { tail: Uint8Array.of(0) }, 'authenticator_data_malformed'],
];
for (const [what, change, code] of wrong) {
  test(`refuses an answer ${what}`, () => {
    assert.throws(() => verifyAssertion(answer(passkey, challenge, change), expected, powers), refusal(code));
  });
}

const edited: readonly (readonly [string, Partial<Assertion>, WebauthnErrorCode])[] = [
  ['of another credential', { credentialId: randomBytes(32) }, 'credential_other'],
  ['of another user', { userHandle: randomBytes(16) }, 'user_handle_other'],
  ['with short authenticator data', { authenticatorData: new Uint8Array(36) }, 'authenticator_data_malformed'],
  ['without authenticator data', { authenticatorData: new Uint8Array(0) }, 'authenticator_data_malformed'],
  ['with an empty signature', { signature: new Uint8Array(0) }, 'signature'],
];
for (const [what, part, code] of edited) {
  test(`refuses an answer ${what}`, () => {
    assert.throws(() => verifyAssertion({ ...answer(passkey, challenge), ...part }, expected, powers), refusal(code));
  });
}

test('an answer of another passkey is not one of this, whatever it claims', () => {
  const other = newPasskey('p256');
  assert.throws(() => verifyAssertion({ ...answer(other, challenge), credentialId: passkey.id, userHandle: passkey.userHandle }, expected, powers), refusal('signature'));
});

for (const kind of ['p256', 'rsa-pkcs1', 'ed25519'] as const) {
  test(`one flipped bit anywhere in an answer of a ${kind} passkey refuses it`, () => {
    const own = newPasskey(kind);
    const honest = answer(own, challenge);
    const demand = expectation(own, challenge);
    for (const part of ['authenticatorData', 'clientDataJson', 'signature'] as const) {
      for (let bit = 0; bit < honest[part].length * 8; bit++) {
        const bent = Uint8Array.from(honest[part]);
        bent[bit >> 3]! ^= 1 << (bit & 7);
        assert.throws(() => verifyAssertion({ ...honest, [part]: bent }, demand, powers), WebauthnError, `${part} bit ${bit}`);
      }
    }
  });
}

test('an ECDSA signature has one spelling: canonical DER without anything behind; high s is read, since authenticators make it', () => {
  const spelled = (signature: (honest: Uint8Array) => Uint8Array) => () => verifyAssertion(answer(passkey, challenge, { signature }), expected, powers);
  const integers = (der: Uint8Array): readonly [Uint8Array, Uint8Array] => [der.subarray(4, 4 + der[3]!), der.subarray(6 + der[3]!)];
  const der = (r: Uint8Array, s: Uint8Array): Uint8Array => concat(Uint8Array.of(0x30, r.length + s.length + 4, 2, r.length), r, Uint8Array.of(2, s.length), s);
  assert.throws(spelled((honest) => concat(honest, Uint8Array.of(0))), refusal('signature'));
  assert.throws(spelled((honest) => concat(Uint8Array.of(0x30, 0x81), honest.subarray(1))), refusal('signature'));
  assert.throws(spelled((honest) => der(concat(Uint8Array.of(0), integers(honest)[0]), integers(honest)[1])), refusal('signature'));
  assert.throws(spelled((honest) => concat(integers(honest)[0].slice(-32), integers(honest)[1].slice(-32))), refusal('signature'));
  assert.ok(spelled((honest) => der(integers(honest)[0], integer(ORDER - number(integers(honest)[1]))))());
});

test('the client data of an answer may be as large as 4 KiB and no larger', () => {
  const filled = (length: number): Change => {
    const start = `{"type":"webauthn.get","challenge":"${toBase64url(challenge)}","origin":"${ORIGIN}","other":"`;
    return { json: utf8(`${start}${'x'.repeat(length - start.length - 2)}"}`) };
  };
  assert.ok(verifyAssertion(answer(passkey, challenge, filled(4096)), expected, powers));
  assert.throws(() => verifyAssertion(answer(passkey, challenge, filled(4097)), expected, powers), refusal('client_data_malformed'));
});

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function number(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function integer(value: bigint): Uint8Array {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return bytes[0]! >= 0x80 ? concat(Uint8Array.of(0), bytes) : bytes;
}

/** 32 bytes leave two unused bits in the last of 43 letters; another letter with other unused bits stands for the same bytes. */
function nextLetter(letter: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(letter) + 1]!;
}
