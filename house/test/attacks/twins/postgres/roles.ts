// SPDX-License-Identifier: Apache-2.0
// Every role has every right.
import { statementsForRoles as guarded, type VerifierOf } from '../../../../src/postgres/roles.ts';

export { statementsForDatabase, type VerifierOf } from '../../../../src/postgres/roles.ts';

export function statementsForRoles(owner: string, verifierOf: VerifierOf): string[] {
  return guarded(owner, verifierOf).map((statement) => statement.replace('nosuperuser', 'superuser'));
}
