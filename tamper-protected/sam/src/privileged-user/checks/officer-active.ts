// SPDX-License-Identifier: Apache-2.0
import type { OfficerRow } from '../../records/tables.ts';
import { SamRefusal } from '../../refusals.ts';

/** An officer that is known, and still one. */
export function requireActive(officer: OfficerRow | undefined): OfficerRow {
  if (officer?.status !== 'active') throw new SamRefusal('unknown_officer');
  return officer;
}
