// SPDX-License-Identifier: Apache-2.0
// What the attacks of all rooms have in common, for tests alone: how an attack becomes two tests, the loader of twins, damage, and canaries.
export { type Attack, type AttackByConstruction, attackByConstruction, attacksOn, type Events, type RoomAttacks, type Stage, type Strike, type Sweep, type Swept } from './attack.ts';
export { type Canary, canary, filesIn, found, type Place, rowsAsPlace } from './canaries.ts';
export { type Mutations, MUTATIONS, mutations } from './mutated.ts';
export { loadWithTwins, type TwinGraph, twinOf } from './twins.ts';
