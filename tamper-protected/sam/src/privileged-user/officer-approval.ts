// SPDX-License-Identifier: Apache-2.0
// Who acts on an enrolment: the registration officer proposes, privileged users approve; distinct persons, distinct authenticators, all the
// way through.
import type { ValueOf } from '@sigillo/doors/schema';
import { type approval, officerChallengePreimage } from '@sigillo/doors/sap';
import { sameBytes } from '@sigillo/standards/bytes';
import { sha256 } from '../hash.ts';
import type { EnrolmentRow, OfficerRow } from '../records/tables.ts';
import { SamRefusal } from '../refusals.ts';
import type { State } from '../state.ts';
import { requireOfficerAssertion } from './checks/officer-assertion.ts';
import { requireRole } from './checks/officer-role.ts';

/** The officer's own authenticator signed the command over (b). */
export async function verifyOfficer(
  state: State,
  command: 'enrol-propose' | 'enrol',
  row: EnrolmentRow,
  given: ValueOf<typeof approval>,
): Promise<OfficerRow> {
  const officer = await state.rows.read('officer', given.officerId);
  if (officer === undefined || officer.status !== 'active') throw new SamRefusal('unknown_officer');
  requireRole(officer, command);
  const authenticator = officer.authenticators.find(({ credentialId }) => sameBytes(credentialId, given.assertion.credentialId));
  if (authenticator === undefined) throw new SamRefusal('officer_assertion');
  const { officerOrigin, officerRpId } = state.deployment;
  const challenge = sha256(officerChallengePreimage(command, row.confirmation, given.officerId));
  requireOfficerAssertion({ origin: officerOrigin, rpId: officerRpId }, given.assertion, challenge, authenticator);
  return officer;
}
