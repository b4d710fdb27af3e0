// SPDX-License-Identifier: Apache-2.0
// Any key that has a row, in any state.
import type { SigningKeyRow } from '../../../../../src/records/tables.ts';

export function requireOwnKey(key: SigningKeyRow | undefined): SigningKeyRow {
  return key!;
}
