// SPDX-License-Identifier: Apache-2.0
import { EgressError } from '../error.ts';

/** At or below an address that is registered, spelt as it is; before anything is opened. */
export function requireRegistered(target: URL, registered: readonly URL[]): void {
  if (!registered.some((base) => isUnder(base, target))) throw new EgressError('address_not_registered');
}

function isUnder(base: URL, target: URL): boolean {
  const folder = base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`;
  const plain = target.username === '' && target.password === '' && target.hash === '';
  return plain && target.origin === base.origin && (target.pathname === base.pathname || target.pathname.startsWith(folder));
}
