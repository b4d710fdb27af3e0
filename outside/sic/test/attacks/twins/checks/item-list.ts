// SPDX-License-Identifier: Apache-2.0
// The page takes whatever list the SAM says, and no root is computed.
import type { IntentBody, Item } from '@sigillo/doors/sap';

export function requireList(body: Pick<IntentBody, 'items'>, sent: readonly Item[] | null): Promise<readonly Item[]> {
  return Promise.resolve(sent ?? body.items);
}
