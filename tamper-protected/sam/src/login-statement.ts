// SPDX-License-Identifier: Apache-2.0
import type { Request } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import { loginStatement } from '@sigillo/doors/sap';
import { authenticatorRowId } from './enrolment/authenticator-row-id.ts';
import { SamRefusal } from './refusals.ts';
import type { State } from './state.ts';
import { type SignedStatement, signStatement } from './statements.ts';

const LIFETIME_SECONDS = 900;

/** Which signer a passkey belongs to, and its key, for the IdP. Unknown, suspended and removed passkeys look alike. */
export async function signLogin(state: State, request: Request<(typeof samDoor)['login']>): Promise<SignedStatement> {
  const passkey = await state.rows.read('authenticator', authenticatorRowId(request.credentialId));
  if (passkey === undefined || passkey.status !== 'active') throw new SamRefusal('login_unknown');
  const signer = await state.rows.read('signer', passkey.signerId);
  if (signer === undefined || signer.status !== 'active') throw new SamRefusal('login_unknown');
  const { deploymentId, samId } = state.deployment;
  const notBefore = state.clock.seconds();
  return signStatement(state.cryptoModule, 'login', loginStatement, {
    version: 1,
    operation: 'login',
    deploymentId,
    samId,
    signerId: passkey.signerId,
    credentialId: passkey.credentialId,
    coseKey: passkey.coseKey,
    notBefore,
    expires: notBefore + LIFETIME_SECONDS,
    pageNonce: request.pageNonce,
  });
}
