// SPDX-License-Identifier: Apache-2.0
// The attestation object of a new credential, WebAuthn Level 3 section 6.5.4, with attestation "none": its CBOR has one spelling in the canonical form of CTAP2,
// so it is compared and not parsed.
import { concat, sameBytes, utf8 } from '../bytes/index.ts';
import { parseAuthenticatorData, type AttestedCredential, type AuthenticatorData } from './authenticator-data.ts';
import { WebauthnError } from './error.ts';

export type Registration = AuthenticatorData & { readonly attested: AttestedCredential };

/** {"fmt": "none", "attStmt": {}, "authData": …} up to the length of the last. */
const NONE = concat(Uint8Array.of(0xa3, 0x63), utf8('fmt'), Uint8Array.of(0x64), utf8('none'), Uint8Array.of(0x67), utf8('attStmt'), Uint8Array.of(0xa0, 0x68), utf8('authData'));
const FORMAT_AT = 5;

export function parseAttestationObject(bytes: Uint8Array): Registration {
  const head = bytes.subarray(0, NONE.length);
  if (!sameBytes(head, NONE)) {
    const isAttestation = sameBytes(bytes.subarray(0, FORMAT_AT), NONE.subarray(0, FORMAT_AT));
    throw new WebauthnError(isAttestation ? 'attestation_format' : 'attestation_malformed');
  }
  const data = parseAuthenticatorData(byteString(bytes, NONE.length));
  if (data.attested === null) throw new WebauthnError('attested_data');
  return { ...data, attested: data.attested };
}

function byteString(bytes: Uint8Array, at: number): Uint8Array {
  const wide = bytes[at] === 0x59;
  const start = at + (wide ? 3 : 2);
  if ((!wide && bytes[at] !== 0x58) || bytes.length < start) throw new WebauthnError('attestation_malformed');
  const length = wide ? bytes[at + 1]! * 256 + bytes[at + 2]! : bytes[at + 1]!;
  if (length < (wide ? 256 : 24) || bytes.length !== start + length) throw new WebauthnError('attestation_malformed');
  return bytes.subarray(start);
}
