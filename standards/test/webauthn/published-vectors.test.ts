// SPDX-License-Identifier: Apache-2.0
// WebAuthn Level 3 section 16: fifteen credentials with a registration and an authentication each. What the section allows and we refuse (no verification of the
// person, frames of others, attestation, algorithms that we do not have) is refused with the code that says so.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decode } from 'cborg';
import { fromHex, utf8 } from '../../bytes/index.ts';
import {
  type Assertion,
  type AttestedCredential,
  type AuthenticatorData,
  checkClientData,
  type ExpectedAssertion,
  parseAttestationObject,
  parseAuthenticatorData,
  parseClientData,
  verifyAssertion,
  verifyAssertionSignature,
  WebauthnError,
  type WebauthnErrorCode,
} from '../../webauthn/index.ts';
import { sha256, verify } from '../pki/keys.ts';

interface Ceremony {
  readonly challenge: string;
  readonly clientDataJson: string;
}
interface Vector {
  readonly title: string;
  readonly registration: Ceremony & { readonly aaguid: string; readonly credentialId: string; readonly attestationObject: string };
  readonly authentication: Ceremony & { readonly authenticatorData: string; readonly signature: string };
}

const file = JSON.parse(readFileSync(new URL('../../../vectors/webauthn-l3-section-16.json', import.meta.url), 'utf8')) as {
  readonly rpId: string;
  readonly origin: string;
  readonly vectors: readonly Vector[];
};
const rpIdHash = new Uint8Array(sha256(utf8(file.rpId)));
const powers = { sha256, verify };

/** By the first check that fails; null where the whole is proven. */
const OUTCOMES: Readonly<Record<string, WebauthnErrorCode | null>> = {
  'ES256 Credential with No Attestation': 'user_verification',
  'ES256 Credential with Self Attestation': 'user_verification',
  'ES256 Credential with "crossOrigin": true in clientDataJSON': 'client_data_cross_origin',
  'ES256 Credential with "topOrigin" in clientDataJSON': 'client_data_cross_origin',
  'ES256 Credential with very long credential ID': null,
  'Packed Attestation with ES256 Credential': null,
  'Packed Attestation with ES384 Credential': null,
  'Packed Attestation with ES512 Credential': 'cose_key_algorithm',
  'Packed Attestation with RS256 Credential': 'user_verification',
  'Packed Attestation with Ed25519 Credential': 'user_verification',
  'Packed Attestation with Ed448 Credential': 'cose_key_algorithm',
  'TPM Attestation with ES256 Credential': null,
  'Android Key Attestation with ES256 Credential': 'user_verification',
  'Apple Anonymous Attestation with ES256 Credential': 'user_verification',
  'FIDO U2F Attestation with ES256 Credential': 'user_verification',
};

test('all published vectors are here', () => {
  assert.deepEqual(file.vectors.map(({ title }) => title).toSorted(), Object.keys(OUTCOMES).toSorted());
});

for (const vector of file.vectors) {
  const { registration } = vector;
  const attestation = decode(fromHex(registration.attestationObject)) as { readonly fmt: string; readonly authData: Uint8Array };

  test(`registration: ${vector.title}`, () => {
    const given = parseClientData(fromHex(registration.clientDataJson));
    assert.equal(given.type, 'webauthn.create');
    assert.deepEqual(given.challenge, fromHex(registration.challenge));
    assert.equal(given.origin, file.origin);
    if (attestation.fmt === 'none') {
      const { attested, ...data } = parseAttestationObject(fromHex(registration.attestationObject));
      assertAttested({ ...data, attested }, registration);
    } else {
      assert.throws(() => parseAttestationObject(fromHex(registration.attestationObject)), code('attestation_format'));
    }
  });

  test(`authentication: ${vector.title}`, () => {
    const outcome = OUTCOMES[vector.title];
    if (outcome === 'cose_key_algorithm') {
      assert.throws(() => parseAuthenticatorData(attestation.authData), code(outcome));
      return;
    }
    const registered = parseAuthenticatorData(attestation.authData);
    const attested = assertAttested(registered, registration);
    const assertion = assertionOf(vector);
    verifyAssertionSignature(assertion, attested.coseKey, powers);
    const check = (): unknown => verifyAssertion(assertion, expectedOf(vector, attested, registered.backupEligible), powers);
    if (outcome === null) assert.ok(check());
    else assert.throws(check, code(outcome!));
    assert.throws(() => verifyAssertionSignature({ ...assertion, clientDataJson: fromHex(registration.clientDataJson) }, attested.coseKey, powers), code('signature'));
  });
}

test('the vector with a top origin is refused for that, too', () => {
  const { authentication } = file.vectors.find(({ title }) => title.includes('topOrigin'))!;
  const given = parseClientData(fromHex(authentication.clientDataJson));
  assert.equal(given.topOrigin, 'https://example.com');
  const expected = { type: 'webauthn.get', challenge: fromHex(authentication.challenge), origins: [file.origin] } as const;
  assert.throws(() => checkClientData({ ...given, crossOrigin: false }, expected), code('client_data_top_origin'));
});

function assertAttested(data: AuthenticatorData, registration: Vector['registration']): AttestedCredential {
  const { attested } = data;
  assert.ok(attested !== null);
  assert.deepEqual(data.rpIdHash, rpIdHash);
  assert.deepEqual([attested.aaguid, attested.credentialId], [fromHex(registration.aaguid), fromHex(registration.credentialId)]);
  return attested;
}

function assertionOf({ registration, authentication }: Vector): Assertion {
  return {
    credentialId: fromHex(registration.credentialId),
    authenticatorData: fromHex(authentication.authenticatorData),
    clientDataJson: fromHex(authentication.clientDataJson),
    signature: fromHex(authentication.signature),
    userHandle: null,
  };
}

function expectedOf({ authentication }: Vector, attested: AttestedCredential, backupEligible: boolean): ExpectedAssertion {
  const credential = { id: attested.credentialId, coseKey: attested.coseKey.encoded, backupEligible, userHandle: null };
  return { challenge: fromHex(authentication.challenge), origins: [file.origin], rpIdHash, credential };
}

function code(expected: WebauthnErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof WebauthnError && error.code === expected;
}
