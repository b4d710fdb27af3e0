// SPDX-License-Identifier: Apache-2.0
// WebAuthn Level 3 as the side that verifies: what an authenticator wrote, read strictly, and what it proves.
export { WebauthnError, type WebauthnErrorCode } from './error.ts';
export { coseKeyToSpki, parseCoseKey, type CoseKey } from './cose-key.ts';
export { parseAuthenticatorData, type AttestedCredential, type AuthenticatorData } from './authenticator-data.ts';
export { checkClientData, CLIENT_DATA_BYTES_MAX, parseClientData, type ClientData, type ExpectedClientData } from './client-data.ts';
export { parseAttestationObject, type Registration } from './attestation-object.ts';
export {
  type Assertion,
  type AssertionPowers,
  type AssertionProof,
  checkAuthenticatorData,
  checkCredential,
  type ExpectedAssertion,
  verifyAssertion,
  verifyAssertionSignature,
} from './assertion.ts';
