// SPDX-License-Identifier: Apache-2.0
// While the SAM is down, files of the journal that are not the last get lost, change places, or end early where a group ends. A start reads
// from its snapshot on, so that this is where it has to find it.
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
  const { length } = journal.groupsIn(segment).at(-1)!.bytes;
  if (journal.groupOf.get(house.snapshotRecord) !== journal.groupsIn(segment).at(-1)!.number) damages.push([[segment, bytes.slice(0, -length)]]);
  house.damageJournal(dice.pick(damages)!);
  return true;
}
