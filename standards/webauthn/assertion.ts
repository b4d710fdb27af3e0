// SPDX-License-Identifier: Apache-2.0
// The checks of an assertion (WebAuthn Level 3 section 7.2), each by itself and all in their order. Sign counts are returned, not judged: who keeps the last one
// knows what to think of the next.
import type { SignatureAlgorithm } from '../algorithms/index.ts';
import { concat, sameBytes } from '../bytes/index.ts';
import { parseAuthenticatorData, type AuthenticatorData } from './authenticator-data.ts';
import { checkClientData, parseClientData } from './client-data.ts';
import { coseKeyToSpki, parseCoseKey, type CoseKey } from './cose-key.ts';
import { WebauthnError } from './error.ts';

/** What `navigator.credentials.get()` gave. */
export interface Assertion {
  readonly credentialId: Uint8Array;
  readonly authenticatorData: Uint8Array;
  readonly clientDataJson: Uint8Array;
  readonly signature: Uint8Array;
  readonly userHandle: Uint8Array | null;
}

export interface ExpectedAssertion {
  readonly challenge: Uint8Array;
  /** Exact origins. */
  readonly origins: readonly string[];
  /** SHA-256 of the RP ID. */
  readonly rpIdHash: Uint8Array;
  readonly credential: {
    readonly id: Uint8Array;
    /** As stored at enrolment. */
    readonly coseKey: Uint8Array;
    /** As at enrolment; null where it is not known. */
    readonly backupEligible: boolean | null;
    /** What a user handle must be if one came; null where none is known. */
    readonly userHandle: Uint8Array | null;
  };
}

export interface AssertionPowers {
  readonly sha256: (bytes: Uint8Array) => Uint8Array;
  /** Throws where the signature is wrong. ECDSA signatures are in DER. */
  readonly verify: (algorithm: SignatureAlgorithm, spki: Uint8Array, message: Uint8Array, signature: Uint8Array) => void;
}

export interface AssertionProof {
  readonly credentialId: Uint8Array;
  readonly signCount: number;
  readonly backedUp: boolean;
}

/** Whose answer this is, whether it was given by a person who was verified, and to which question. Throws at the first check that fails. */
export function verifyAssertion(assertion: Assertion, expected: ExpectedAssertion, powers: AssertionPowers): AssertionProof {
  checkClientData(parseClientData(assertion.clientDataJson), { type: 'webauthn.get', challenge: expected.challenge, origins: expected.origins });
  checkCredential(assertion, expected.credential);
  const data = parseAuthenticatorData(assertion.authenticatorData);
  checkAuthenticatorData(data, expected.rpIdHash, expected.credential.backupEligible);
  verifyAssertionSignature(assertion, parseCoseKey(expected.credential.coseKey), powers);
  return { credentialId: assertion.credentialId, signCount: data.signCount, backedUp: data.backedUp };
}

export function checkCredential(assertion: Pick<Assertion, 'credentialId' | 'userHandle'>, credential: { readonly id: Uint8Array; readonly userHandle: Uint8Array | null }): void {
  if (!sameBytes(assertion.credentialId, credential.id)) throw new WebauthnError('credential_other');
  if (assertion.userHandle !== null && credential.userHandle !== null && !sameBytes(assertion.userHandle, credential.userHandle)) throw new WebauthnError('user_handle_other');
}

/** The authenticator answered for this relying party, with the person present and verified, as the kind of credential that was enrolled. */
export function checkAuthenticatorData(data: AuthenticatorData, rpIdHash: Uint8Array, backupEligible: boolean | null): void {
  if (!sameBytes(data.rpIdHash, rpIdHash)) throw new WebauthnError('rp_id');
  if (!data.userPresent) throw new WebauthnError('user_presence');
  if (!data.userVerified) throw new WebauthnError('user_verification');
  if (backupEligible !== null && data.backupEligible !== backupEligible) throw new WebauthnError('backup_eligibility');
  if (data.backedUp && !data.backupEligible) throw new WebauthnError('backup_state');
  if (data.attested !== null) throw new WebauthnError('attested_data');
  if (data.hasExtensions) throw new WebauthnError('extension_data');
}

export function verifyAssertionSignature(assertion: Pick<Assertion, 'authenticatorData' | 'clientDataJson' | 'signature'>, key: CoseKey, powers: AssertionPowers): void {
  try {
    powers.verify(key.algorithm, coseKeyToSpki(key), concat(assertion.authenticatorData, powers.sha256(assertion.clientDataJson)), assertion.signature);
  } catch (cause) {
    throw new WebauthnError('signature', { cause });
  }
}
