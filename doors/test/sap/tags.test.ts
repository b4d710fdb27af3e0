// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concat, toHex, utf8 } from '@sigillo/standards/bytes';
import {
  challengePreimage,
  codePreimage,
  comparisonCode,
  loginChallengePreimage,
  officerChallengePreimage,
  type SapOperation,
  signedPreimage,
  type StatementType,
} from '@sigillo/doors/sap';

const OPERATIONS: readonly SapOperation[] = ['sign', 'enrol', 'enrol-confirm', 'add-passkey', 'resume'];
const STATEMENTS: readonly StatementType[] = ['intent', 'enrolment', 'confirmation', 'login', 'receipt', 'outcome', 'order', 'history'];
const body = utf8('body');
const officer = new Uint8Array(16).fill(7);

test('the tags are these bytes', () => {
  assert.deepEqual(challengePreimage('enrol-confirm', body), utf8('tw4s-sap/1 enrol-confirm\0body'));
  assert.deepEqual(loginChallengePreimage('http://localhost:8401', 'n'), utf8('tw4s-sap/1 login\0http://localhost:8401\0n'));
  assert.deepEqual(officerChallengePreimage('enrol', body, officer), concat(utf8('tw4s-adm/1 enrol\0body'), officer));
  assert.deepEqual(officerChallengePreimage('enrol-propose', body, officer), concat(utf8('tw4s-adm/1 enrol-propose\0body'), officer));
  assert.deepEqual(signedPreimage('receipt', body), utf8('tw4s-sap/1 signed-receipt\0body'));
  assert.deepEqual(codePreimage(body), utf8('tw4s-sap/1 code\0body'));
});

test('no tag is the start of another, so nothing signed for one purpose fits another', () => {
  const empty = new Uint8Array(0);
  const starts = [
    ...OPERATIONS.map((operation) => challengePreimage(operation, empty)),
    ...STATEMENTS.map((type) => signedPreimage(type, empty)),
    ...(['enrol', 'enrol-propose'] as const).map((command) => officerChallengePreimage(command, empty, empty)),
    loginChallengePreimage('', '').subarray(0, -1),
    codePreimage(empty),
  ].map(toHex);
  for (const [i, one] of starts.entries()) for (const [j, other] of starts.entries()) if (i !== j) assert.ok(!other.startsWith(one), `${one} ${other}`);
});

test('the code of two screens has eight digits, whatever the digest', () => {
  assert.equal(comparisonCode(new Uint8Array(32)), '0000 0000');
  assert.equal(comparisonCode(concat(new Uint8Array(28), Uint8Array.of(0x05, 0xf5, 0xe0, 0xff))), '9999 9999');
  assert.equal(comparisonCode(concat(new Uint8Array(28), Uint8Array.of(0x05, 0xf5, 0xe1, 0x00))), '0000 0000');
});
