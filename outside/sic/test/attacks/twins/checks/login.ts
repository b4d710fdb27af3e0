// SPDX-License-Identifier: Apache-2.0
// A login for any issuer; whose passkey answered is what the SAM says.
import { loginChallengePreimage, type LoginStatement, loginStatement } from '@sigillo/doors/sap';
import { openStatement, type SignedAnswer } from '../../../../src/checks/statement.ts';
import { sha256 } from '../../../../src/crypto/digest.ts';
import type { Pins } from '../../../../src/pins.ts';

export function loginChallenge(_: Pins, issuer: string, nonce: string): Promise<Uint8Array<ArrayBuffer>> {
  return sha256(loginChallengePreimage(issuer, nonce));
}

export function checkLogin(answer: SignedAnswer, pins: Pins, demand: { readonly pageNonce: Uint8Array }): Promise<LoginStatement> {
  return openStatement('login', loginStatement, answer, pins, demand.pageNonce);
}
