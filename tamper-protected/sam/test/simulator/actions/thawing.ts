// SPDX-License-Identifier: Apache-2.0
// Whoever administers the database puts the row of a key back to where it was before it was frozen, in most cases while the SAM is stopped and
// starts again, and has its signer sign. The row's MAC is right.
import type { Dice } from '../dice.ts';
import { keyOf, sameRow } from '../database.ts';
import type { Population } from '../population.ts';
import type { Machines } from './disturbing.ts';
import { freezeKey, signAs } from './signing.ts';

export async function thaw(population: Population, dice: Dice, { database, faults, house }: Machines): Promise<void> {
  const person = dice.pick(population.people);
  if (person === undefined) return;
  const key = keyOf('signing_key', person.keyId);
  const before = database.tables.rows.get(key);
  await freezeKey(population, dice, person);
  await population.pause(dice.skewed(1, 500));
  const frozen = database.tables.rows.get(key);
  if (before === undefined || sameRow(before, frozen)) return;
  if (dice.chance(0.7)) house.stop();
  database.tables.rows.set(key, before);
  faults.count('key_thawed');
  await population.pause(dice.skewed(1, 1000));
  await signAs(population, dice, person);
}
