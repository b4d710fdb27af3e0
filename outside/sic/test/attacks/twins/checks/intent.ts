// SPDX-License-Identifier: Apache-2.0
// The page signs whatever intent the SAM says, and compares it with nothing.
import { challengePreimage, codePreimage, comparisonCode, intentBody, intentStatement } from '@sigillo/doors/sap';
import { sha256 } from '../../../../src/crypto/digest.ts';
import type { IntentDemand } from '../../../../src/checks/intent.ts';
import { openBody, openStatement, type SignedAnswer } from '../../../../src/checks/statement.ts';
import type { Pins } from '../../../../src/pins.ts';

export async function checkIntent(answer: SignedAnswer, pins: Pins, demand: IntentDemand): Promise<object> {
  const statement = await openStatement('intent', intentStatement, answer, pins, demand.pageNonce);
  const body = openBody(intentBody, statement.body);
  const challenge = await sha256(challengePreimage('sign', statement.body));
  const code = comparisonCode(await sha256(codePreimage(challenge)));
  return { body, encodedBody: statement.body, shown: statement.shown, challenge, code };
}

export function requireSameQuestion(): void {}
