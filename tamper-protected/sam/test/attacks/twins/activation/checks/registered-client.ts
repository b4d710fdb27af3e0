// SPDX-License-Identifier: Apache-2.0
// Whoever has a row may ask, bound to a key or not.
import type { ClientRow } from '../../../../../src/records/tables.ts';

export function requireRegisteredClient(client: ClientRow | undefined): ClientRow {
  return client!;
}
