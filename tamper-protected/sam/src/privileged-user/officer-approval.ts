// SPDX-License-Identifier: Apache-2.0
// Who commands: of an enrolment, the registration officer proposes and privileged users approve; a key, every officer can stop. Distinct
// persons, distinct authenticators, all the way through.
import { type Approval, officerChallengePreimage, type OfficerCommand } from '@sigillo/doors/sap';
import { sameBytes } from '@sigillo/standards/bytes';
import type { Deployment } from '../deployment.ts';
import { sha256 } from '../hash.ts';
import type { OfficerRow } from '../records/tables.ts';
import { SamRefusal } from '../refusals.ts';
import { requireActive } from './checks/officer-active.ts';
import { requireOfficerAssertion } from './checks/officer-assertion.ts';
import { requireRole } from './checks/officer-role.ts';

/** An officer, and what that officer signed. */
export interface Acting {
  readonly officer: OfficerRow;
  readonly given: Approval;
}

/** The officer's own authenticator signed the command over this body. `row` is the officer's that `given` names. */
export function verifyOfficer(
  deployment: Pick<Deployment, 'officerOrigin' | 'officerRpId'>,
  row: OfficerRow | undefined,
  command: OfficerCommand,
  body: Uint8Array,
  given: Approval,
): Acting {
  const officer = requireActive(row);
  requireRole(officer, command);
  const authenticator = officer.authenticators.find(({ credentialId }) => sameBytes(credentialId, given.assertion.credentialId));
  if (authenticator === undefined) throw new SamRefusal('officer_assertion');
  const { officerOrigin, officerRpId } = deployment;
  const challenge = sha256(officerChallengePreimage(command, body, given.officerId));
  requireOfficerAssertion({ origin: officerOrigin, rpId: officerRpId }, given.assertion, challenge, authenticator);
  return { officer, given };
}
