// SPDX-License-Identifier: Apache-2.0
// Authenticator data, WebAuthn Level 3 section 6.1: shape only; what it must say is for whoever expects something.
import { readCoseKey, type CoseKey } from './cose-key.ts';
import { WebauthnError } from './error.ts';

export interface AuthenticatorData {
  readonly rpIdHash: Uint8Array;
  readonly userPresent: boolean;
  readonly userVerified: boolean;
  readonly backupEligible: boolean;
  readonly backedUp: boolean;
  readonly signCount: number;
  readonly attested: AttestedCredential | null;
  readonly hasExtensions: boolean;
}

export interface AttestedCredential {
  readonly aaguid: Uint8Array;
  readonly credentialId: Uint8Array;
  readonly coseKey: CoseKey;
}

const FLAG = { userPresent: 0x01, userVerified: 0x04, backupEligible: 0x08, backedUp: 0x10, attested: 0x40, extensions: 0x80 } as const;
/** Bits 1 and 5 are reserved. */
const RESERVED = 0x22;
const FIXED_BYTES = 37;
const CREDENTIAL_ID_BYTES_MAX = 1023;

export function parseAuthenticatorData(bytes: Uint8Array): AuthenticatorData {
  const flags = bytes[32];
  if (flags === undefined || bytes.length < FIXED_BYTES || (flags & RESERVED) !== 0) throw new WebauthnError('authenticator_data_malformed');
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const { attested, end } = has(FLAG.attested) ? readAttested(bytes) : { attested: null, end: FIXED_BYTES };
  const hasExtensions = has(FLAG.extensions);
  if (hasExtensions !== end < bytes.length) throw new WebauthnError('authenticator_data_malformed');
  return {
    rpIdHash: bytes.subarray(0, 32),
    userPresent: has(FLAG.userPresent),
    userVerified: has(FLAG.userVerified),
    backupEligible: has(FLAG.backupEligible),
    backedUp: has(FLAG.backedUp),
    signCount: bytes[33]! * 0x100_0000 + bytes[34]! * 0x1_0000 + bytes[35]! * 0x100 + bytes[36]!,
    attested,
    hasExtensions,
  };
}

function readAttested(bytes: Uint8Array): { readonly attested: AttestedCredential; readonly end: number } {
  const idAt = FIXED_BYTES + 18;
  if (bytes.length < idAt) throw new WebauthnError('authenticator_data_malformed');
  const length = bytes[idAt - 2]! * 256 + bytes[idAt - 1]!;
  if (length === 0 || length > CREDENTIAL_ID_BYTES_MAX || bytes.length < idAt + length) throw new WebauthnError('authenticator_data_malformed');
  const { key, end } = readCoseKey(bytes, idAt + length);
  return { attested: { aaguid: bytes.slice(FIXED_BYTES, FIXED_BYTES + 16), credentialId: bytes.slice(idAt, idAt + length), coseKey: key }, end };
}
