// SPDX-License-Identifier: Apache-2.0
import type { Answer, Request } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import { requireNewWork } from '../new-work.ts';
import { verifyOfficer } from '../privileged-user/officer-approval.ts';
import { changeRow } from '../records/change-row.ts';
import { SamRefusal } from '../refusals.ts';
import type { State } from '../state.ts';
import { alone, waitingEnrolment } from './waiting.ts';

/** The registration officer proposes an enrolment. */
export function propose(
  state: State,
  request: Request<(typeof samDoor)['officerPropose']>,
): Promise<Answer<(typeof samDoor)['officerPropose']>> {
  requireNewWork(state);
  return alone(state, request.enrolmentHash, async () => {
    const { row, version } = await waitingEnrolment(state, request.enrolmentHash);
    if (row.state !== 'pending_proposal') throw new SamRefusal('enrolment_state');
    const officer = await state.rows.read('officer', request.approval.officerId);
    verifyOfficer(state.deployment, officer, 'enrol-propose', row.confirmation, request.approval);
    const rows = [
      changeRow(state, 'enrolment', request.enrolmentHash, version, { ...row, state: 'pending_approval', proposal: request.approval }),
    ];
    await state.journal.append({ event: 'proposed', rows }).durable;
    return { state: 'pending_approval' };
  });
}
