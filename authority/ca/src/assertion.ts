// SPDX-License-Identifier: Apache-2.0
import { utf8 } from '@sigillo/standards/bytes';
import { verifyAssertion, type Assertion } from '@sigillo/standards/webauthn';
import { sha256, verifySignature } from '@sigillo/wire';

export interface ExpectedAssertion {
  readonly challenge: Uint8Array;
  readonly origin: string;
  readonly rpId: string;
  readonly coseKey: Uint8Array;
}

/** Throws where the assertion is not this authenticator's answer to this challenge on this page. That its id is the right one was looked at before. */
export function proveAssertion(assertion: Assertion, expected: ExpectedAssertion): void {
  const credential = { id: assertion.credentialId, coseKey: expected.coseKey, backupEligible: null, userHandle: null };
  const demand = { challenge: expected.challenge, origins: [expected.origin], rpIdHash: sha256(utf8(expected.rpId)), credential };
  verifyAssertion(assertion, demand, { sha256, verify: verifySignature });
}
