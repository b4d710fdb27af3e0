// SPDX-License-Identifier: Apache-2.0
import type { OfficerCommand } from '@sigillo/doors/sap';
import type { OfficerRow } from '../../records/tables.ts';
import { SamRefusal } from '../../refusals.ts';

const MAY: Readonly<Record<OfficerCommand, readonly OfficerRow['role'][]>> = {
  'enrol-propose': ['registration'],
  enrol: ['privileged'],
  suspend: ['registration', 'privileged'],
  revoke: ['registration', 'privileged'],
};

/** A registration officer proposes, a privileged user approves, and neither does what is the other's. Both stop keys. */
export function requireRole({ role }: OfficerRow, command: OfficerCommand): void {
  if (!MAY[command].includes(role)) throw new SamRefusal('officer_role');
}
