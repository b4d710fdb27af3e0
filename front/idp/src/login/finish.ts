// SPDX-License-Identifier: Apache-2.0
// A login is: the SAM says whose passkey this is and with which key, and that passkey has signed our nonce on the signer's page. Each
// attempt is spent by being tried. The answer goes to whoever tried; it takes the browser that began the request to use it.
import { loginStatement, type LoginStatement } from '@sigillo/doors/sap';
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import type { Parts } from '../parts.ts';
import { refuse } from '../refusals.ts';
import { openStatement, type SignedText } from '../sam-statement.ts';
import { readAssertion, verifyLoginAssertion, type AssertionJson } from './assertion.ts';

export interface LoginAnswer extends SignedText {
  readonly session: string;
  readonly assertion: AssertionJson;
}

const SKEW_SECONDS = 30;
const STATEMENT_SECONDS_MAX = 3600;

export async function finishLogin(parts: Parts, answer: LoginAnswer): Promise<{ readonly next: string }> {
  const attempt = await parts.once.takeLogin(answer.session);
  if (attempt === undefined) throw refuse('login_unknown');
  const passkey = openStatement(parts.samPins, 'login', loginStatement, answer);
  checkTimes(passkey, parts.powers.nowSeconds());
  const assertion = readAssertion(answer.assertion);
  if (!sameBytes(passkey.credentialId, assertion.credentialId)) throw refuse('login_other_passkey');
  verifyLoginAssertion(assertion, passkey, attempt.nonce, parts.deployment);
  const done = await parts.once.issueCode('done', attempt.interaction, toHex(passkey.signerId));
  return { next: `${parts.deployment.issuer}/interaction/${attempt.interaction}/login?done=${done}` };
}

function checkTimes(passkey: LoginStatement, nowSeconds: number): void {
  const lives = passkey.notBefore <= nowSeconds + SKEW_SECONDS && nowSeconds < passkey.expires;
  if (!lives || passkey.expires - passkey.notBefore > STATEMENT_SECONDS_MAX) throw refuse('statement_expired');
}
