// SPDX-License-Identifier: Apache-2.0
import { rolesOf } from './owners.ts';

/** Each role enters its own database through the socket by SCRAM; everything else is turned away. */
export function accessRules(owners: readonly string[]): string {
  return [...owners.map((owner) => `local ${owner} ${rolesOf(owner).join(',')} scram-sha-256`), 'local all all reject', ''].join('\n');
}
