// SPDX-License-Identifier: Apache-2.0
// What happens in a run, and when it begins. Each line of the plan has dice of its own, so that lines can be left out without changing the
// others: that is how a failing run is made small.
import { forgeAnswer, guess, overlap, presentForeign, presentLate, presentOtherHashes, repeat, replayAnswer } from './actions/attacking.ts';
import { signUp } from './actions/enrolling.ts';
import { DISTURBANCES, type Machines } from './actions/disturbing.ts';
import { thaw } from './actions/thawing.ts';
import { endWhileSigning } from './actions/outliving.ts';
import { freeze, freezeInUse, look, prepareAgain, sign } from './actions/signing.ts';
import { bringCommandAgain, carryRevocations, officersStop } from './actions/stopping.ts';
import { Dice } from './dice.ts';
import type { Fault, Faults } from './faults.ts';
import type { Population } from './population.ts';

type Act = (population: Population, dice: Dice, machines: Machines) => Promise<void> | void;

const ACTIONS: Readonly<Record<string, readonly [weight: number, act: Act]>> = {
  sign: [14, sign],
  look: [5, look],
  sign_up: [1, signUp],
  prepare_again: [2, prepareAgain],
  freeze: [1, freeze],
  freeze_in_use: [2, freezeInUse],
  officers_stop: [2, officersStop],
  bring_command_again: [1, bringCommandAgain],
  carry_revocations: [2, carryRevocations],
  thaw: [1, thaw],
  end_while_signing: [2, endWhileSigning],
  replay_answer: [3, replayAnswer],
  forge_answer: [2, forgeAnswer],
  present_foreign: [3, presentForeign],
  present_other_hashes: [2, presentOtherHashes],
  overlap: [3, overlap],
  present_late: [1, presentLate],
  repeat: [3, repeat],
  guess: [1, guess],
  restart: [3, (_, __, { house }) => house.stop()],
  remember_tables: [2, (_, __, { database, older }) => void older.push(database.snapshot())],
};
const DISTURBANCE_WEIGHT = 1;

export interface PlannedAction {
  readonly number: number;
  readonly kind: string;
  /** After the start. */
  readonly atMs: number;
}

/** `anew`: in a world in which nobody has signed up yet. */
export function planOf(seed: number, faults: Faults, anew: boolean): readonly PlannedAction[] {
  const dice = new Dice(seed, 'plan');
  const kinds = Object.entries(ACTIONS).flatMap(([kind, [weight]]) => Array.from({ length: weight }, () => kind));
  for (const kind of Object.keys(DISTURBANCES)) if (faults.on.includes(kind as Fault)) kinds.push(...Array.from({ length: DISTURBANCE_WEIGHT }, () => kind));
  const first = anew ? 'sign_up' : 'sign';
  if (anew) kinds.push('sign_up', 'sign_up');
  let atMs = 0;
  return Array.from({ length: dice.between(15, 40) }, (_, number) => {
    atMs += dice.skewed(0.2, 250);
    // A world in which nothing was signed yet has little to attack.
    return { number, atMs, kind: number < 2 ? first : dice.pick(kinds)! };
  });
}

/** Runs one line of the plan with its own dice. */
export async function act(seed: number, { number, kind }: PlannedAction, population: Population, machines: Machines): Promise<void> {
  const dice = new Dice(seed, 'action', number);
  const action = ACTIONS[kind];
  if (action !== undefined) return action[1](population, dice, machines);
  const { faults } = machines;
  if (faults.may(kind as Fault) && DISTURBANCES[kind as Fault]!(machines, dice)) faults.count(kind as Fault);
}
