// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import { scramVerifier } from '../../src/postgres/scram.ts';

// RFC 7677 section 3: user "user", password "pencil", the exchange with SCRAM-SHA-256.
const SALT = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
const AUTH_MESSAGE =
  'n=user,r=rOprNGfwEbeRWgbNEkqO,' +
  'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,' +
  'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
const CLIENT_PROOF = Buffer.from('dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=', 'base64');
const SERVER_SIGNATURE = '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=';

test('the verifier accepts the proof of RFC 7677 and gives its server signature', () => {
  const found = /^SCRAM-SHA-256\$4096:(?<salt>[^$]+)\$(?<stored>[^:]+):(?<server>.+)$/.exec(scramVerifier('pencil', SALT))!.groups!;
  const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const storedKey = Buffer.from(found['stored']!, 'base64');
  const signature = hmac(storedKey, AUTH_MESSAGE);
  const clientKey = CLIENT_PROOF.map((byte, index) => byte ^ signature[index]!);
  assert.deepEqual(createHash('sha256').update(clientKey).digest(), storedKey);
  assert.equal(hmac(Buffer.from(found['server']!, 'base64'), AUTH_MESSAGE).toString('base64'), SERVER_SIGNATURE);
  assert.equal(found['salt'], SALT.toString('base64'));
});

test('a password that would need preparation is refused', () => {
  assert.throws(() => scramVerifier('Käse', SALT), TypeError);
  assert.throws(() => scramVerifier('', SALT), TypeError);
});
