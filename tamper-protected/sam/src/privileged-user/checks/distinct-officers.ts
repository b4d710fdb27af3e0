// SPDX-License-Identifier: Apache-2.0
import type { Approval } from '@sigillo/doors/sap';
import { sameBytes } from '@sigillo/standards/bytes';
import type { OfficerRow } from '../../records/tables.ts';
import { SamRefusal } from '../../refusals.ts';
import type { State } from '../../state.ts';

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
