// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from 'cborg';
import { concat, toHex, utf8 } from '../../bytes/index.ts';
import { parseAttestationObject, parseAuthenticatorData, WebauthnError, type WebauthnErrorCode } from '../../webauthn/index.ts';
import { sha256 } from '../pki/keys.ts';
import { attestedData, FLAG, newPasskey, RP_ID } from './software-authenticator.ts';

const passkey = newPasskey('p256');
const head = (flags: number): Uint8Array => concat(sha256(utf8(RP_ID)), Uint8Array.of(flags, 0, 0, 0, 1));
const data = concat(head(FLAG.UP | FLAG.UV | FLAG.AT), attestedData(passkey));
/** Maps of text keys are written in the order of their lengths, as CTAP2 does. */
const attestation = (authData: Uint8Array, fmt = 'none', attStmt: object = {}): Uint8Array => encode({ fmt, attStmt, authData });
const refused = (bytes: Uint8Array, code: WebauthnErrorCode, parse: (bytes: Uint8Array) => unknown = parseAttestationObject): void => {
  assert.throws(() => parse(bytes), (error) => error instanceof WebauthnError && error.code === code, code);
};

test('a registration says which credential with which key, and how it was made', () => {
  const { attested, ...said } = parseAttestationObject(attestation(data));
  assert.deepEqual([attested.aaguid, attested.credentialId, attested.coseKey.encoded].map(toHex), [new Uint8Array(16), passkey.id, passkey.coseKey].map(toHex));
  assert.deepEqual([said.userPresent, said.userVerified, said.backupEligible, said.backedUp, said.signCount, said.hasExtensions], [true, true, false, false, 1, false]);
});

test('long and short authenticator data have their own heads', () => {
  const long = { ...passkey, id: new Uint8Array(1023).fill(7) };
  const parsed = parseAttestationObject(attestation(concat(head(FLAG.UP | FLAG.AT), attestedData(long))));
  assert.equal(parsed.attested.credentialId.length, 1023);
});

test('other formats, statements and spellings are refused', () => {
  refused(attestation(data, 'packed', { alg: -7, sig: new Uint8Array(8) }), 'attestation_format');
  refused(attestation(data, 'none', { x: 1 }), 'attestation_format');
  refused(attestation(head(FLAG.UP | FLAG.UV)), 'attested_data');
  refused(concat(attestation(data), Uint8Array.of(0)), 'attestation_malformed');
  refused(attestation(data).subarray(0, 60), 'attestation_malformed');
  refused(new Uint8Array(0), 'attestation_malformed');
  refused(Uint8Array.of(0xa3), 'attestation_malformed');
  const bytes = attestation(data);
  const at = bytes.indexOf(0x58);
  refused(concat(bytes.subarray(0, at), Uint8Array.of(0x59, 0), bytes.subarray(at + 1)), 'attestation_malformed');
});

test('attested data that does not end where it says is refused', () => {
  const malformed = 'authenticator_data_malformed';
  refused(concat(data, Uint8Array.of(0)), malformed, parseAuthenticatorData);
  refused(data.subarray(0, 54), malformed, parseAuthenticatorData);
  refused(data.subarray(0, 60), malformed, parseAuthenticatorData);
  refused(head(FLAG.UP | FLAG.AT), malformed, parseAuthenticatorData);
  refused(head(FLAG.UP | FLAG.ED), malformed, parseAuthenticatorData);
  refused(concat(head(FLAG.UP | FLAG.AT), attestedData({ ...passkey, id: new Uint8Array(0) })), malformed, parseAuthenticatorData);
  refused(concat(head(FLAG.UP | FLAG.AT), attestedData({ ...passkey, id: new Uint8Array(1024) })), malformed, parseAuthenticatorData);
  refused(concat(head(FLAG.UP | FLAG.AT | 0x20), attestedData(passkey)), malformed, parseAuthenticatorData);
  for (let length = 55; length < data.length; length++) assert.throws(() => parseAuthenticatorData(data.subarray(0, length)), WebauthnError);
});
