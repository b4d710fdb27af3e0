// SPDX-License-Identifier: Apache-2.0
// Who acts on an enrolment: the registration officer proposes, privileged users approve; distinct persons, distinct authenticators, all the
// way through.
import type { ValueOf } from '@sigillo/doors/schema';
import { type Approval, type approval, officerChallengePreimage } from '@sigillo/doors/sap';
import { sameBytes } from '@sigillo/standards/bytes';
import { sha256 } from '../hash.ts';
import { verifyAnswerAt } from '../passkey.ts';
import type { EnrolmentRow, OfficerRow } from '../records/tables.ts';
import { refuseAs, SamRefusal } from '../refusals.ts';
import type { State } from '../state.ts';

/** The officer's own authenticator signed the command over (b). */
export async function verifyOfficer(
  state: State,
  command: 'enrol-propose' | 'enrol',
  row: EnrolmentRow,
  given: ValueOf<typeof approval>,
): Promise<OfficerRow> {
  const officer = await state.rows.read('officer', given.officerId);
  if (officer === undefined || officer.status !== 'active') throw new SamRefusal('unknown_officer');
  if (officer.role !== (command === 'enrol-propose' ? 'registration' : 'privileged')) throw new SamRefusal('officer_role');
  const authenticator = officer.authenticators.find(({ credentialId }) => sameBytes(credentialId, given.assertion.credentialId));
  if (authenticator === undefined) throw new SamRefusal('officer_assertion');
  const { officerOrigin, officerRpId } = state.deployment;
  refuseAs('officer_assertion', () =>
    verifyAnswerAt(
      { origin: officerOrigin, rpId: officerRpId },
      given.assertion,
      sha256(officerChallengePreimage(command, row.confirmation, given.officerId)),
      {
        id: authenticator.credentialId,
        coseKey: authenticator.coseKey,
        backupEligible: null,
        userHandle: null,
      },
    ),
  );
  return officer;
}

/**
 * Nobody acts twice: not the same officer, not the same person by another name, not the same authenticator, not the same key under another
 * id.
 */
export async function requireDistinct(state: State, officer: OfficerRow, given: Approval, earlier: readonly Approval[]): Promise<void> {
  for (const other of earlier) {
    const otherOfficer = await state.rows.read('officer', other.officerId);
    if (otherOfficer === undefined) throw new SamRefusal('unknown_officer');
    const samePerson = sameBytes(other.officerId, given.officerId) || sameBytes(otherOfficer.personId, officer.personId);
    if (samePerson || sameAuthenticator(officer, given, otherOfficer, other)) throw new SamRefusal('officer_repeated');
  }
}

function sameAuthenticator(officer: OfficerRow, given: Approval, otherOfficer: OfficerRow, other: Approval): boolean {
  if (sameBytes(given.assertion.credentialId, other.assertion.credentialId)) return true;
  const mine = officer.authenticators.find(({ credentialId }) => sameBytes(credentialId, given.assertion.credentialId));
  const theirs = otherOfficer.authenticators.find(({ credentialId }) => sameBytes(credentialId, other.assertion.credentialId));
  return mine !== undefined && theirs !== undefined && sameBytes(mine.coseKey, theirs.coseKey);
}
