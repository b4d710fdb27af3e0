// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeName, type NameAttribute } from '@sigillo/standards/x509';
import { coseKeyOf } from '../../src/checks/assertion.ts';
import { checkConfirmation, checkEnrolment, type Person } from '../../src/checks/enrolment.ts';
import { ORGANISATION, subjectOf } from '../played/certificate.ts';
import { makeScene, nonce, refusedWith } from '../played/scene.ts';

const HANAKO: Person = { country: 'JP', givenName: '花子', surname: '佐藤', pseudonym: null };
const NIGHT: Person = { country: 'IT', givenName: null, surname: null, pseudonym: 'Notte' };

for (const person of [HANAKO, NIGHT]) {
  test(`the enrolment of ${person.pseudonym ?? person.surname} names this person`, async () => {
    const { sam, pins } = makeScene();
    const pageNonce = nonce();
    const checked = await checkEnrolment(sam.beginEnrolment(person, pageNonce).signed, pins, { person, pageNonce });
    assert.equal(checked.challenge.length, 32);
  });
}

const extra = (attribute: NameAttribute): Uint8Array => encodeName([
  { type: 'countryName', value: 'JP' }, { type: 'organizationName', value: ORGANISATION }, {
    type: 'givenName',
    value: '花子',
  }, { type: 'surname', value: '佐藤' }, { type: 'commonName', value: '花子 佐藤' }, attribute,
]);
const SUBJECTS: Readonly<Record<string, Uint8Array>> = {
  'another country': subjectOf({ ...HANAKO, country: 'US' }),
  'another surname': subjectOf({ ...HANAKO, surname: '鈴木' }),
  'a pseudonym instead': subjectOf({ country: 'JP', givenName: null, surname: null, pseudonym: '花子' }),
  'another organisation': subjectOf(HANAKO, 'Ministry of Justice'),
  'a second surname': extra({ type: 'surname', value: '鈴木' }),
  'a second common name': extra({ type: 'commonName', value: 'Taro' }),
  'a title': extra({ type: 'title', value: 'Notary' }),
  'no name at all': new Uint8Array([0x30, 0x00]),
  'what is no name': new Uint8Array([0x04, 0x01, 0x00]),
};
for (const [name, subject] of Object.entries(SUBJECTS)) {
  test(`a subject with ${name} is refused before a passkey is made`, async () => {
    const { sam, pins } = makeScene();
    const pageNonce = nonce();
    sam.bend = (_type, body) => ({ ...body, subject });
    await refusedWith(
      'enrolment_field_8',
      checkEnrolment(sam.beginEnrolment(HANAKO, pageNonce).signed, pins, { person: HANAKO, pageNonce }),
    );
  });
}

test('an enrolment that would live for hours is refused', async () => {
  const { sam, pins } = makeScene();
  const pageNonce = nonce();
  sam.bend = (_type, body) => ({ ...body, expires: Number(body['notBefore']) + 7200 });
  await refusedWith(
    'enrolment_field_12',
    checkEnrolment(sam.beginEnrolment(HANAKO, pageNonce).signed, pins, { person: HANAKO, pageNonce }),
  );
});

/** A COSE_Key for P-256 with coordinates of one repeated byte. */
const COSE = new Uint8Array([
  0xa5,
  0x01,
  0x02,
  0x03,
  0x26,
  0x20,
  0x01,
  0x21,
  0x58,
  0x20,
  ...new Uint8Array(32).fill(1),
  0x22,
  0x58,
  0x20,
  ...new Uint8Array(32).fill(2),
]);
const ID = new Uint8Array(16).fill(5);
const dataOf = (
  flags: number,
  tail: readonly number[] = [],
): Uint8Array => new Uint8Array([...new Uint8Array(32), flags, 0, 0, 0, 0, ...new Uint8Array(16), 0, 16, ...ID, ...COSE, ...tail]);

test('the public key is taken out of the authenticator data as it stands there', () => {
  assert.deepEqual(coseKeyOf(dataOf(0x45)), COSE);
  assert.deepEqual(coseKeyOf(dataOf(0xc5, [0xa0])), COSE);
});

test('authenticator data that is cut, or has more in it than it says, is refused', () => {
  assert.throws(() => coseKeyOf(dataOf(0x05)), /statement_credential/);
  assert.throws(() => coseKeyOf(dataOf(0x45, [0x00])), /statement_credential/);
  assert.throws(() => coseKeyOf(dataOf(0x45).subarray(0, 120)), /statement_credential/);
  assert.throws(() => coseKeyOf(dataOf(0x45).subarray(0, 60)), /statement_credential/);
  assert.throws(() => coseKeyOf(dataOf(0x45).subarray(0, 71)), /statement_credential/);
});

test('what is no COSE_Key by its form is refused without reading further', () => {
  const withKey = (...bytes: number[]): Uint8Array => new Uint8Array([
    ...new Uint8Array(32),
    0x45,
    0,
    0,
    0,
    0,
    ...new Uint8Array(16),
    0,
    16,
    ...ID,
    ...bytes,
  ]);
  const nested = [0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x00];
  const endless = [0xbf, 0xff];
  const wide = [0x5b, 0, 0, 0, 0, 0, 0, 0, 1, 0];
  const many = [0x98, 65, ...new Uint8Array(65)];
  for (const bytes of [nested, endless, wide, many, [0xc0, 0x00]]) assert.throws(
    () => coseKeyOf(withKey(...bytes)),
    /statement_credential/,
  );
});

test('a confirmation of another key, another passkey or another enrolment is refused', async () => {
  const { sam, pins, signer } = makeScene();
  const pageNonce = nonce();
  const enrolmentHash = new Uint8Array(32).fill(3);
  const answer = sam.enrolKey(signer, enrolmentHash, { credentialId: ID, authenticatorData: dataOf(0x45) }, pageNonce);
  const demand = { enrolmentHash, credentialId: ID, coseKey: COSE, pageNonce };
  assert.match((await checkConfirmation(answer, pins, demand)).code, /^\d{4} \d{4}$/);
  await refusedWith('confirmation_field_3', checkConfirmation(answer, pins, { ...demand, enrolmentHash: new Uint8Array(32) }));
  await refusedWith('confirmation_field_4', checkConfirmation(answer, pins, { ...demand, coseKey: COSE.subarray(1) }));
  await refusedWith('confirmation_field_5', checkConfirmation(answer, pins, { ...demand, credentialId: new Uint8Array(16) }));
});
