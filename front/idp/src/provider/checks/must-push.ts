// SPDX-License-Identifier: Apache-2.0
import type { ClientRow } from '../../public-files.ts';

/** An application's request does not pass through the browser, where it could be altered on its way (RFC 9126). */
export function mustPush({ kind }: Pick<ClientRow, 'kind'>): boolean {
  return kind === 'service';
}
