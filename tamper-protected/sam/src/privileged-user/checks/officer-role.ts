// SPDX-License-Identifier: Apache-2.0
import type { OfficerRow } from '../../records/tables.ts';
import { SamRefusal } from '../../refusals.ts';

/** A registration officer proposes, a privileged user approves, and neither does what is the other's. */
export function requireRole({ role }: OfficerRow, command: 'enrol-propose' | 'enrol'): void {
  if (role !== (command === 'enrol-propose' ? 'registration' : 'privileged')) throw new SamRefusal('officer_role');
}
