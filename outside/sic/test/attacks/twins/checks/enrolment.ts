// SPDX-License-Identifier: Apache-2.0
// Whatever name and whatever key the SAM says.
import { challengePreimage, codePreimage, comparisonCode, confirmationBody, confirmationStatement, enrolmentBody, enrolmentStatement } from '@sigillo/doors/sap';
import { openBody, openStatement, type SignedAnswer } from '../../../../src/checks/statement.ts';
import { sha256 } from '../../../../src/crypto/digest.ts';
import type { Pins } from '../../../../src/pins.ts';

interface Demand {
  readonly pageNonce: Uint8Array;
}

export async function checkEnrolment(answer: SignedAnswer, pins: Pins, { pageNonce }: Demand): Promise<object> {
  const statement = await openStatement('enrolment', enrolmentStatement, answer, pins, pageNonce);
  const body = openBody(enrolmentBody, statement.body);
  return { body, hash: await sha256(statement.body), challenge: await sha256(challengePreimage('enrol', statement.body)) };
}

export async function checkConfirmation(answer: SignedAnswer, pins: Pins, { pageNonce }: Demand): Promise<object> {
  const statement = await openStatement('confirmation', confirmationStatement, answer, pins, pageNonce);
  const body = openBody(confirmationBody, statement.body);
  const challenge = await sha256(challengePreimage('enrol-confirm', statement.body));
  return { body, challenge, code: comparisonCode(await sha256(codePreimage(challenge))) };
}
