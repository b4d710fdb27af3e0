// SPDX-License-Identifier: Apache-2.0
// Once an officer, always an officer.
import type { OfficerRow } from '../../../../../src/records/tables.ts';

export function requireActive(officer: OfficerRow | undefined): OfficerRow {
  return officer!;
}
