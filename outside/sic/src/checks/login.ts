// SPDX-License-Identifier: Apache-2.0
// Logging in is never signing: the page makes the challenge itself, from the pinned issuer and the IdP's nonce under a tag of its own
// (`flow.md` 3). The SAM says to whom the passkey belongs.
import { loginChallengePreimage, type LoginStatement, loginStatement } from '@sigillo/doors/sap';
import { sameBytes } from '@sigillo/standards/bytes';
import { sha256 } from '../crypto/digest.ts';
import type { Pins } from '../pins.ts';
import { CheckError } from './error.ts';
import { openStatement, requireOurs, type SignedAnswer } from './statement.ts';

export async function loginChallenge(pins: Pins, issuer: string, nonce: string): Promise<Uint8Array<ArrayBuffer>> {
  if (issuer !== pins.issuer) throw new CheckError('login_issuer');
  return sha256(loginChallengePreimage(issuer, nonce));
}

export async function checkLogin(
  answer: SignedAnswer,
  pins: Pins,
  demand: { readonly credentialId: Uint8Array; readonly userHandle: Uint8Array | null; readonly pageNonce: Uint8Array },
): Promise<LoginStatement> {
  const statement = await openStatement('login', loginStatement, answer, pins, demand.pageNonce);
  requireOurs(statement, pins);
  if (!sameBytes(statement.credentialId, demand.credentialId)) throw new CheckError('statement_credential');
  if (demand.userHandle !== null && !sameBytes(statement.signerId, demand.userHandle)) throw new CheckError('statement_signer');
  return statement;
}
