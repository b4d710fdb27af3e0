// SPDX-License-Identifier: Apache-2.0
// While the SAM is down, files of the journal that are not the last get lost, change places, end early where a group ends, or have a bit of
// another value in each group. A start reads from its snapshot on, and finds it there. What is older is found when somebody asks for it.
import type { Dice } from '../dice.ts';
import type { Machines } from './disturbing.ts';

type Damage = readonly (readonly [segment: number, bytes: Uint8Array | undefined])[];

export function damageJournal({ house, witness: { journal } }: Machines, dice: Dice): boolean {
  const last = journal.groups.at(-1)?.segment ?? 0;
  if (last < 2 || house.isDamaged) return false;
  // With the power, so that nothing stands between what is read and what is durable.
  house.crash(true);
  const lastNow = journal.groups.at(-1)!.segment;
  const first = Math.max(1, journal.segmentOf(house.snapshotRecord));
  if (first >= lastNow) return false;
  const segment = dice.between(first, lastNow - 1);
  const bytes = house.durableSegment(segment)!;
  const damages: Damage[] = [
    [[segment, undefined]],
    [
      [segment, new Uint8Array(house.durableSegment(segment + 1)!)],
      [segment + 1, new Uint8Array(bytes)],
    ],
  ];
  const groups = journal.groupsIn(segment);
  const cut = Buffer.concat(groups.slice(0, -1).map((group) => group.bytes));
  if (journal.groupOf.get(house.snapshotRecord) !== groups.at(-1)!.number) damages.push([[segment, cut]]);
  house.damageJournal(dice.pick(damages)!, false);
  return true;
}

export function damageOldJournal({ house, witness: { journal } }: Machines, dice: Dice): boolean {
  if (house.isDamaged) return false;
  house.crash(true);
  const first = journal.segmentOf(house.snapshotRecord);
  if (first < 2) return false;
  const segment = dice.between(1, first - 1);
  const groups = journal.groupsIn(segment).map(({ bytes }) => new Uint8Array(bytes));
  const cut = Buffer.concat(groups.slice(0, -1));
  for (const group of groups) group[dice.below(group.length)]! ^= 1;
  const bent = Buffer.concat(groups);
  house.damageJournal([[segment, dice.one(bent, bent, cut, undefined)]], true);
  return true;
}
