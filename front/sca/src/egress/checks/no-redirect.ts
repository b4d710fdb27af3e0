// SPDX-License-Identifier: Apache-2.0
import { EgressError } from '../error.ts';

/** Nobody is followed to another address. */
export function requireNoRedirect(answer: Pick<Response, 'type' | 'status'>): void {
  if (answer.type === 'opaqueredirect' || (answer.status >= 300 && answer.status < 400)) throw new EgressError('redirected');
}
