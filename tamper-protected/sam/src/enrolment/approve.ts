// SPDX-License-Identifier: Apache-2.0
import type { Answer, Request } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import type { Approval } from '@sigillo/doors/sap';
import { requireNewWork } from '../new-work.ts';
import { requireDistinct } from '../privileged-user/checks/distinct-officers.ts';
import { areEnough } from '../privileged-user/checks/enough-approvals.ts';
import { type Acting, verifyOfficer } from '../privileged-user/officer-approval.ts';
import { changeRow } from '../records/change-row.ts';
import { SamRefusal } from '../refusals.ts';
import type { State } from '../state.ts';
import { orderKey } from './order.ts';
import { alone, waitingEnrolment } from './waiting.ts';

/** A privileged user approves; with as many approvals as the policy needs, the key is made and ordered at once. */
export function approve(
  state: State,
  request: Request<(typeof samDoor)['officerApprove']>,
): Promise<Answer<(typeof samDoor)['officerApprove']>> {
  requireNewWork(state);
  return alone(state, request.enrolmentHash, async () => {
    const { row, version } = await waitingEnrolment(state, request.enrolmentHash);
    if (row.state !== 'pending_approval' || row.proposal === null) throw new SamRefusal('enrolment_state');
    const officer = await state.rows.read('officer', request.approval.officerId);
    const acting = verifyOfficer(state.deployment, officer, 'enrol', row.confirmation, request.approval);
    requireDistinct(acting, await actedBefore(state, [row.proposal, ...row.approvals]));
    const approvals = [...row.approvals, request.approval];
    const enough = areEnough(approvals, state.deployment.policy.approvalsNeeded);
    const rows = [
      changeRow(state, 'enrolment', request.enrolmentHash, version, { ...row, state: enough ? 'approved' : 'pending_approval', approvals }),
    ];
    await state.journal.append({ event: 'approved', rows }).durable;
    return { state: enough ? await orderKey(state, request.enrolmentHash) : 'pending_approval' };
  });
}

/** Who acted on this enrolment so far. */
function actedBefore(state: State, approvals: readonly Approval[]): Promise<Acting[]> {
  return Promise.all(
    approvals.map(async (given) => {
      const officer = await state.rows.read('officer', given.officerId);
      if (officer === undefined) throw new SamRefusal('unknown_officer');
      return { officer, given };
    }),
  );
}
