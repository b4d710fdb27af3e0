// SPDX-License-Identifier: Apache-2.0
// Who owns a database. Each owner has one of its name and two roles: NAME_owner makes and changes the tables and is used by the house only,
// while no service runs; NAME is what the service logs in as, and may do what the migrations grant it and no more.

export const DATABASE_OWNERS = ['idp', 'sam', 'ca'] as const;
export type DatabaseOwner = (typeof DATABASE_OWNERS)[number];

/** The two roles of one owner, the migrating one first. */
export function rolesOf(owner: string): readonly [migrator: string, user: string] {
  return [`${owner}_owner`, owner];
}
