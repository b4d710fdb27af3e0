// SPDX-License-Identifier: Apache-2.0
// Which bytes are hashed under which domain tag. Every tag ends in a zero byte, so no tag is the start of another one's input; the
// caller hashes the result with SHA-256. An assertion or a signature made for one purpose fits no other.
import { concat, utf8 } from '@sigillo/standards/bytes';

const ZERO = new Uint8Array(1);

/** What a passkey of a signer may be asked to sign. */
export type SapOperation = 'sign' | 'enrol' | 'enrol-confirm' | 'add-passkey' | 'resume';

/** The challenge of an operation is the SHA-256 of this. */
export function challengePreimage(operation: SapOperation, body: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(utf8(`tw4s-sap/1 ${operation}`), ZERO, body);
}

/** The challenge of a login is the SHA-256 of this; the page builds it from the issuer and the nonce (`flow.md` 3). */
export function loginChallengePreimage(issuer: string, nonce: string): Uint8Array<ArrayBuffer> {
  return concat(utf8('tw4s-sap/1 login'), ZERO, utf8(issuer), ZERO, utf8(nonce));
}

/** What an officer may command: about an enrolment, whose confirmation (b) is signed, or about a key, whose command is. */
export type OfficerCommand = 'enrol-propose' | 'enrol' | 'suspend' | 'revoke';

/** What an officer's authenticator signs about a body: the SHA-256 of this is the challenge. */
export function officerChallengePreimage(command: OfficerCommand, body: Uint8Array, officerId: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(utf8(`tw4s-adm/1 ${command}`), ZERO, body, officerId);
}

/** The statements that the SAM identity key signs. */
export type StatementType = 'intent' | 'enrolment' | 'confirmation' | 'login' | 'receipt' | 'outcome' | 'order' | 'history' | 'stop' | 'revocation';

/** The SAM identity key signs the SHA-256 of this. */
export function signedPreimage(type: StatementType, statement: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(utf8(`tw4s-sap/1 signed-${type}`), ZERO, statement);
}

/** The comparison code of a challenge is the SHA-256 of this, as a number modulo 10^8. */
export function codePreimage(challenge: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(utf8('tw4s-sap/1 code'), ZERO, challenge);
}

/** The eight digits, as "0142 0423", that two screens compare. `digest` is the SHA-256 of `codePreimage`. */
export function comparisonCode(digest: Uint8Array): string {
  let rest = 0n;
  for (const byte of digest) rest = ((rest << 8n) | BigInt(byte)) % 100_000_000n;
  const digits = rest.toString().padStart(8, '0');
  return `${digits.slice(0, 4)} ${digits.slice(4)}`;
}
