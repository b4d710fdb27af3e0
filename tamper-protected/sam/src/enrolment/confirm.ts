// SPDX-License-Identifier: Apache-2.0
import type { Request } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import { challengePreimage } from '@sigillo/doors/sap';
import { toHex } from '@sigillo/standards/bytes';
import { sha256 } from '../hash.ts';
import { requireNewWork } from '../new-work.ts';
import { changeRow } from '../records/change-row.ts';
import { SamRefusal } from '../refusals.ts';
import type { State } from '../state.ts';
import type { SignedStatement } from '../statements.ts';
import type { BegunEnrolment } from './begun.ts';
import { requireConfirmed } from './checks/confirmation-signed.ts';
import { requireNewPasskey } from './checks/new-passkey.ts';
import { enrolmentOutcome } from './outcome.ts';

/** The new passkey signed (b): from here on the enrolment is durable and waits for officers. */
export async function confirm(state: State, request: Request<(typeof samDoor)['enrolConfirm']>): Promise<SignedStatement> {
  requireNewWork(state);
  const begun = state.begun.get(request.enrolmentHash, state.clock.monotonic());
  const { held, fields } = begun;
  if (held === undefined) throw new SamRefusal('enrolment_state');
  const { deployment } = state;
  const { passkey } = held;
  const challenge = sha256(challengePreimage('enrol-confirm', held.confirmation));
  requireConfirmed({ origin: deployment.signOrigin, rpId: deployment.rpId }, request.assertion, challenge, passkey, fields.signerId);
  if (state.memory.enrolmentsPending() >= state.limits.enrolmentsPending) throw new SamRefusal('enrolments_full');
  requireNewPasskey(state, passkey.credentialId);
  state.begun.take(begun);
  await keep(state, begun, held, request);
  return enrolmentOutcome(state, request);
}

async function keep(
  state: State,
  begun: BegunEnrolment,
  held: NonNullable<BegunEnrolment['held']>,
  request: Request<(typeof samDoor)['enrolConfirm']>,
): Promise<void> {
  const { signerId } = begun.fields;
  const subjectKey = await state.subjectKeys.create(signerId);
  // Again after the wait: two sign-ups with one passkey may have come this far together.
  requireNewPasskey(state, held.passkey.credentialId);
  const row = changeRow(state, 'enrolment', begun.enrolmentHash, 0, {
    state: 'pending_proposal',
    signerId,
    enrolment: subjectKey.seal(`enrolment ${toHex(begun.enrolmentHash)}`, begun.body),
    confirmation: held.confirmation,
    coseKey: held.passkey.coseKey,
    assertion: request.assertion,
    approvalsUntil: held.approvalsUntil,
    created: state.clock.seconds(),
    proposal: null,
    approvals: [],
    keyId: null,
    orderId: null,
    orderIssued: 0,
    certificationRequest: null,
  });
  await state.journal.append({ event: 'enrolled', signerId, rows: [row] }).durable;
}
