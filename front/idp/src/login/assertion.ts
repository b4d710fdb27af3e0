// SPDX-License-Identifier: Apache-2.0
import { loginChallengePreimage, type LoginStatement } from '@sigillo/doors/sap';
import { fromBase64url, SpellingError, utf8 } from '@sigillo/standards/bytes';
import { verifyAssertion, WebauthnError, type Assertion } from '@sigillo/standards/webauthn';
import { sha256, verifySignature } from '@sigillo/wire';
import type { Deployment } from '../public-files.ts';
import { refuse } from '../refusals.ts';

/** What `navigator.credentials.get()` gave, as the page sends it. */
export interface AssertionJson {
  readonly credentialId: string;
  readonly authenticatorData: string;
  readonly clientDataJson: string;
  readonly signature: string;
  readonly userHandle: string | null;
}

export function readAssertion(json: AssertionJson): Assertion {
  try {
    return {
      credentialId: fromBase64url(json.credentialId),
      authenticatorData: fromBase64url(json.authenticatorData),
      clientDataJson: fromBase64url(json.clientDataJson),
      signature: fromBase64url(json.signature),
      userHandle: json.userHandle === null ? null : fromBase64url(json.userHandle),
    };
  } catch (cause) {
    if (cause instanceof SpellingError) throw refuse('assertion_refused', cause);
    throw cause;
  }
}

/**
 * The passkey of the statement answered our nonce on the signer's page. What kind of authenticator it is was settled when it was
 * enrolled, and the SAM judges its counter when a key is to be used.
 */
export function verifyLoginAssertion(assertion: Assertion, passkey: LoginStatement, nonce: string, deployment: Deployment): void {
  const expected = {
    challenge: sha256(loginChallengePreimage(deployment.issuer, nonce)),
    origins: [deployment.signOrigin],
    rpIdHash: sha256(utf8(deployment.rpId)),
    credential: { id: passkey.credentialId, coseKey: passkey.coseKey, backupEligible: null, userHandle: passkey.signerId },
  };
  try {
    verifyAssertion(assertion, expected, { sha256, verify: verifySignature });
  } catch (cause) {
    if (cause instanceof WebauthnError) throw refuse('assertion_refused', cause);
    throw cause;
  }
}
