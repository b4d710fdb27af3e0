// SPDX-License-Identifier: Apache-2.0
// Passkeys. Challenges come from the checks, never from the network; the user is verified each time.
import { toBase64url } from '@sigillo/standards/bytes';
import { coseKeyOf } from '../checks/assertion.ts';
import { asBufferSource } from '../crypto/digest.ts';

export interface NewPasskey {
  readonly credentialId: Uint8Array;
  readonly coseKey: Uint8Array;
  readonly attestationObject: Uint8Array;
  readonly clientDataJson: Uint8Array;
}

export interface PasskeyAnswer {
  readonly credentialId: Uint8Array;
  readonly authenticatorData: Uint8Array;
  readonly clientDataJson: Uint8Array;
  readonly signature: Uint8Array;
  readonly userHandle: Uint8Array | null;
}

export interface AssertionJson {
  readonly credentialId: string;
  readonly authenticatorData: string;
  readonly clientDataJson: string;
  readonly signature: string;
  readonly userHandle: string | null;
}

export type PasskeyProblem = 'passkey_cancelled' | 'passkey_not_supported' | 'passkey_exists' | 'passkey_failed';

/** Why there is no answer of a passkey. Nothing was signed. */
export class PasskeyError extends Error {
  override readonly name = 'PasskeyError';
  readonly code: PasskeyProblem;

  constructor(code: PasskeyProblem, cause?: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

export function passkeysAreSupported(): boolean {
  return typeof PublicKeyCredential === 'function' && typeof navigator.credentials === 'object';
}

const TIMEOUT_MS = 120_000;

/** ES256, EdDSA, ES384, RS256 (RFC 9053, RFC 8812), the best first. */
const ALGORITHMS = [-7, -8, -35, -257] as const;

export async function makePasskey(demand: {
  readonly rpId: string;
  readonly challenge: Uint8Array;
  readonly userId: Uint8Array;
  readonly userName: string;
}): Promise<NewPasskey> {
  const credential = await asking(() =>
    navigator.credentials.create({
      publicKey: {
        rp: { id: demand.rpId, name: 'Sigillo' },
        user: { id: asBufferSource(demand.userId), name: demand.userName, displayName: demand.userName },
        challenge: asBufferSource(demand.challenge),
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
        authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
        attestation: 'none',
        timeout: TIMEOUT_MS,
      },
    }),
  );
  const { response } = credential;
  if (!(response instanceof AuthenticatorAttestationResponse)) throw new PasskeyError('passkey_failed');
  return {
    credentialId: new Uint8Array(credential.rawId),
    coseKey: coseKeyOf(new Uint8Array(response.getAuthenticatorData())),
    attestationObject: new Uint8Array(response.attestationObject),
    clientDataJson: new Uint8Array(response.clientDataJSON),
  };
}

/** `allowed` empty: the person chooses among the passkeys of this site. */
export async function askPasskey(demand: {
  readonly rpId: string;
  readonly challenge: Uint8Array;
  readonly allowed: readonly Uint8Array[];
}): Promise<PasskeyAnswer> {
  const credential = await asking(() =>
    navigator.credentials.get({
      publicKey: {
        rpId: demand.rpId,
        challenge: asBufferSource(demand.challenge),
        allowCredentials: demand.allowed.map((id) => ({ type: 'public-key', id: asBufferSource(id) })),
        userVerification: 'required',
        timeout: TIMEOUT_MS,
      },
    }),
  );
  const { response } = credential;
  if (!(response instanceof AuthenticatorAssertionResponse)) throw new PasskeyError('passkey_failed');
  return {
    credentialId: new Uint8Array(credential.rawId),
    authenticatorData: new Uint8Array(response.authenticatorData),
    clientDataJson: new Uint8Array(response.clientDataJSON),
    signature: new Uint8Array(response.signature),
    userHandle: response.userHandle === null ? null : new Uint8Array(response.userHandle),
  };
}

export function assertionJson(answer: PasskeyAnswer): AssertionJson {
  return {
    credentialId: toBase64url(answer.credentialId),
    authenticatorData: toBase64url(answer.authenticatorData),
    clientDataJson: toBase64url(answer.clientDataJson),
    signature: toBase64url(answer.signature),
    userHandle: answer.userHandle === null ? null : toBase64url(answer.userHandle),
  };
}

async function asking(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (!passkeysAreSupported()) throw new PasskeyError('passkey_not_supported');
  try {
    const credential = await ask();
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (cause) {
    throw new PasskeyError(problemOf(cause), cause);
  }
  throw new PasskeyError('passkey_cancelled');
}

/** WebAuthn Level 3 sections 5.1.3 and 5.1.4: cancelled, timed out and "no such passkey" are one and the same to a page. */
function problemOf(cause: unknown): PasskeyProblem {
  const name = cause instanceof DOMException ? cause.name : '';
  if (name === 'NotAllowedError' || name === 'AbortError') return 'passkey_cancelled';
  if (name === 'InvalidStateError') return 'passkey_exists';
  if (name === 'NotSupportedError' || name === 'SecurityError') return 'passkey_not_supported';
  return 'passkey_failed';
}
