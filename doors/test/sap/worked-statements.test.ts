// SPDX-License-Identifier: Apache-2.0
// A worked example of every other body that somebody signs: the fields as another CBOR library writes them, and the digest that passkey or SAM sign.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import * as cborg from 'cborg';
import { toHex, utf8 } from '@sigillo/standards/bytes';
import { decode, encode, type Schema } from '@sigillo/doors/schema';
import {
  challengePreimage,
  confirmationBody,
  enrolmentBody,
  historyStatement,
  loginStatement,
  officerChallengePreimage,
  orderStatement,
  outcomeStatement,
  receiptStatement,
  revocationStatement,
  signedPreimage,
  stopBody,
  stopStatement,
} from '@sigillo/doors/sap';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const repeated = (byte: number, length: number): Uint8Array => new Uint8Array(length).fill(byte);
const cbor = (fields: readonly (readonly [number, unknown])[]): Uint8Array => cborg.encode(new Map(fields), cborg.rfc8949EncodeOptions);

const [deploymentId, samId, signerId, keyId] = [repeated(0x11, 16), repeated(0x22, 16), repeated(0x44, 16), repeated(0x55, 16)];
const pageNonce = repeated(0xaa, 32);
const coseKey = repeated(0xc0, 77);
const assertion = { credentialId: repeated(0xcc, 32), authenticatorData: repeated(0xad, 37), clientDataJson: utf8('{}'), signature: repeated(0x51, 70), userHandle: signerId };
const assertionFields = new Map<number, unknown>([[1, assertion.credentialId], [2, assertion.authenticatorData], [3, assertion.clientDataJson], [4, assertion.signature], [5, signerId]]);

const enrolment = cbor([
  [1, 1], [2, 'enrol'], [3, deploymentId], [4, samId], [5, 4243], [6, repeated(0x33, 32)], [7, signerId], [8, Uint8Array.of(0x30, 0x00)], [9, repeated(0xe9, 32)], [10, 'none'],
  [11, 1_795_000_000], [12, 1_795_000_900],
]);
const keyProfile = new Map<number, unknown>([[1, 'P-256'], [2, 'signature'], [3, 2], [4, 'none_trial_identity']]);
const confirmation = cbor([
  [1, 1], [2, 'enrol-confirm'], [3, sha256(enrolment)], [4, sha256(coseKey)], [5, assertion.credentialId], [6, new Uint8Array(16)], [7, 'none'], [8, true], [9, keyProfile],
  [10, repeated(0x99, 32)], [11, repeated(0x34, 32)], [12, 1_795_259_200],
]);
const receipt = cbor([
  [1, 1], [2, 'receipt'], [3, deploymentId], [4, samId], [5, 'ticket-1'], [6, repeated(0x66, 32)], [7, signerId], [8, keyId], [9, 'sca'], [10, repeated(0x88, 32)],
  [11, repeated(0x14, 32)], [12, repeated(0x18, 32)], [13, 1_795_000_420], [14, pageNonce],
]);
const approvalFields = (officer: number): Map<number, unknown> => new Map<number, unknown>([[1, repeated(officer, 16)], [2, assertionFields]]);

const stop = cbor([
  [1, 1], [2, 'revoke'], [3, deploymentId], [4, samId], [5, keyId], [6, 2], [7, 'keyCompromise'], [8, repeated(0x35, 32)], [9, 1_795_000_000], [10, 1_795_259_200],
]);

interface Worked {
  readonly name: string;
  readonly schema: Schema<unknown>;
  readonly encoding: Uint8Array;
  readonly signed: (encoding: Uint8Array) => Uint8Array;
  readonly digest: string;
}

const WORKED: readonly Worked[] = [
  { name: 'enrolment', schema: enrolmentBody, encoding: enrolment, signed: (body) => challengePreimage('enrol', body), digest: '0206b4dd29a22d8207a7ac04843fcc5239e3a720844ab59b5e0d2f1002062b74' },
  { name: 'confirmation', schema: confirmationBody, encoding: confirmation, signed: (body) => challengePreimage('enrol-confirm', body), digest: '8c9a17bd1a4a865e7712a2e29114b00874140c1d46968c2a7b4ce374dc0f6b07' },
  { name: 'approval', schema: confirmationBody, encoding: confirmation, signed: (body) => officerChallengePreimage('enrol', body, repeated(0xf1, 16)), digest: '665e3e75eeec40d24a440cfdf4385471e249dde61a91893cc759973661a9d9d7' },
  {
    name: 'login',
    schema: loginStatement,
    encoding: cbor([[1, 1], [2, 'login'], [3, deploymentId], [4, samId], [5, signerId], [6, assertion.credentialId], [7, coseKey], [8, 1_795_000_000], [9, 1_795_003_600], [10, pageNonce]]),
    signed: (statement) => signedPreimage('login', statement),
    digest: 'd5c126d493595fcfcc2589f0f26f97dec74bc5bb7a3a5576d1d544f879ad0cd4',
  },
  { name: 'receipt', schema: receiptStatement, encoding: receipt, signed: (statement) => signedPreimage('receipt', statement), digest: '0b0feb9c8d426fcd73f5f6b4a4a84670d27106b5ac8e7b5c6f78cd231a342d8f' },
  {
    name: 'outcome',
    schema: outcomeStatement,
    encoding: cbor([
      [1, 1], [2, 'outcome'], [3, deploymentId], [4, samId], [5, 'sign'], [6, repeated(0xaf, 32)], [7, 'authorised'], [8, ''],
      [9, new Map<number, unknown>([[1, receipt], [2, repeated(0x5a, 64)]])], [10, 12], [11, 1_795_000_060], [12, pageNonce],
    ]),
    signed: (statement) => signedPreimage('outcome', statement),
    digest: 'c7fc17d21d73309734b4ccd87eabedd38b52829d72e1ad047301be5ff9b2d316',
  },
  {
    name: 'order',
    schema: orderStatement,
    encoding: cbor([
      [1, 1], [2, 'order'], [3, deploymentId], [4, samId], [5, repeated(0x0d, 16)], [6, enrolment], [7, confirmation], [8, coseKey], [9, assertionFields],
      [10, approvalFields(0xf0)], [11, [approvalFields(0xf1), approvalFields(0xf2)]], [12, repeated(0x30, 200)], [13, 1_795_000_500],
    ]),
    signed: (statement) => signedPreimage('order', statement),
    digest: '2dd4ef85970ce0b1813dbe6e5d48dd7e0287b8bf1bff574e4e40240fe329d60b',
  },
  { name: 'command', schema: stopBody, encoding: stop, signed: (body) => officerChallengePreimage('revoke', body, repeated(0xf1, 16)), digest: '3d8c12eab55d2861d32a36eb421d8b581f805fa86f52b72b8c75fbb35fa05d37' },
  {
    name: 'stop',
    schema: stopStatement,
    encoding: cbor([[1, stop], [2, 'active'], [3, null], [4, pageNonce]]),
    signed: (statement) => signedPreimage('stop', statement),
    digest: '46566473455944c64f30ab5bcd16cddd40826cc9b99897efb07503340c75f084',
  },
  {
    name: 'revocation',
    schema: revocationStatement,
    encoding: cbor([
      [1, 1], [2, 'revocation'], [3, deploymentId], [4, samId], [5, repeated(0x0d, 16)], [6, keyId], [7, repeated(0xce, 32)], [8, stop],
      [9, [approvalFields(0xf1), approvalFields(0xf2)]], [10, 1_795_000_100], [11, 1_795_000_200],
    ]),
    signed: (statement) => signedPreimage('revocation', statement),
    digest: '4feb731e01510a1f4ff42e46b00a400f7532279039a2a12139e486a2080f97d9',
  },
  {
    name: 'history',
    schema: historyStatement,
    encoding: cbor([
      [1, 1], [2, 'history'], [3, deploymentId], [4, samId], [5, signerId],
      [6, [new Map<number, unknown>([[1, keyId], [2, 'Signing key'], [3, 'active'], [4, new Map<number, unknown>([[1, 2], [2, 'none_trial_identity']])], [5, 'P-256'], [6, null], [7, 1_795_000_000], [8, null]])]],
      [7, [new Map<number, unknown>([[1, assertion.credentialId], [2, 1_795_000_000], [3, null], [4, false], [5, 'active']])]],
      [8, [new Map<number, unknown>([[1, 1], [2, 1_795_000_000], [3, 'key_active'], [4, ''], [5, keyId], [6, null], [7, null], [8, []], [9, 9], [10, null]])]],
      [9, 1], [10, 1_795_000_600], [11, pageNonce],
    ]),
    signed: (statement) => signedPreimage('history', statement),
    digest: '2549fcf76c891a6ab8ec9beaabc4551f422b1e50640f1c749a772ad8af4ef21e',
  },
];

for (const { name, schema, encoding, signed, digest } of WORKED) {
  test(`${name}: read, written again, and signed under its own tag`, () => {
    const value = decode(schema, encoding);
    assert.equal(toHex(encode(schema, value)), toHex(encoding));
    assert.equal(toHex(sha256(signed(encoding))), digest);
  });
}
