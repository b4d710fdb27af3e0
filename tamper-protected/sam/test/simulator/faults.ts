// SPDX-License-Identifier: Apache-2.0
// What may go wrong, how often it did, and in which runs it may: each seed has about half of the kinds, so that each kind also meets a world
// in which little else goes wrong.
import { Dice } from './dice.ts';

export const FAULTS = [
  'crash_process',
  'crash_power',
  'crash_in_call',
  'crash_at_start',
  'crash_at_first_start',
  'crash_between_disk_calls',
  'crash_at_rotation',
  'crash_while_signing',
  'write_kept',
  'write_torn',
  'write_holed',
  'write_dropped',
  'write_failed',
  'segment_not_created',
  'segment_damaged',
  'old_segment_damaged',
  'folder_undone',
  'disk_low',
  'disk_full',
  'full_at_first_start',
  'full_at_rotation',
  'request_lost',
  'request_repeated',
  'request_late',
  'answer_lost',
  'database_not_done',
  'database_done_but_failed',
  'database_done_later',
  'database_slow',
  'database_away',
  'rows_rolled_back',
  'row_edited',
  'rows_swapped',
  'row_lost',
  'copy_lost',
  'copy_forged',
  'module_slow',
  'module_not_reached',
  'module_failed_before',
  'module_failed_after',
  'module_wrong',
  'module_restarted',
  'module_away',
  'call_outlives_caller',
  'clock_ahead',
  'clock_back',
  'clock_stands',
  'time_passes',
] as const;
export type Fault = (typeof FAULTS)[number];

/** What must have been seen as well: faults where they meet something. Nothing of it happens by itself. */
export const ENCOUNTERS = [
  /** A process of the module signs while the other is away. */
  'module_half_away',
  /** What a SAM that has ended had asked for is signed before the next one shuts the gate, or comes to a gate that is shut; or the next one waits for it. */
  'old_call_signed',
  'old_call_fenced',
  'epoch_waited',
  /** A start that finds a home of which an earlier one made a part only; and one that finds nothing of it any more. */
  'home_half_made',
  'home_begun_again',
  /** The first write to a file of the journal is torn or fails; the name of the file is gone with the power. */
  'torn_at_rotation',
  'failed_at_rotation',
  'rotation_undone',
  /** A write over zeros that were written ahead is torn, or fails, or goes well where no file becomes longer any more. */
  'torn_in_room',
  'failed_in_room',
  'room_on_full_disk',
  /** A start from a snapshot with files of the journal behind it, and from one of the last file. */
  'snapshot_before_rotation',
  'snapshot_after_rotation',
  /** Something is asked for that stands in a damaged file which the start had no need of. */
  'old_damage_met',
  /** It is told without anybody asking. */
  'old_damage_told',
  /** The row of a key is put back to where it was before the key was frozen. */
  'key_thawed',
  /** Officers stop a key; what too few of them signed, or for something else, is refused. */
  'officer_suspended',
  'officers_revoked',
  'command_refused',
  /** The CA's word that a certificate is revoked is taken. */
  'certificate_revoked',
  /** All of a list of which the passkey signed the root goes out in one call. */
  'long_list_signed',
] as const;
export type Encounter = (typeof ENCOUNTERS)[number];

export class Faults {
  readonly happened: Map<Fault | Encounter, number> = new Map();
  readonly #dice: ReadonlyMap<Fault, Dice>;
  readonly #on: ReadonlySet<Fault>;
  /** Nothing goes wrong any more. */
  quiet = false;

  constructor(seed: number, without: ReadonlySet<string>) {
    this.#dice = new Map(FAULTS.map((fault) => [fault, new Dice(seed, 'fault', fault)]));
    this.#on = new Set(FAULTS.filter((fault) => this.#dice.get(fault)!.chance(0.5) && !without.has(fault)));
  }

  get on(): readonly Fault[] {
    return [...this.#on];
  }

  /** Whether this goes wrong this time. Whoever asked lets it happen. */
  strikes(fault: Fault, chance: number): boolean {
    const drawn = this.#dice.get(fault)!.chance(chance);
    if (!drawn || this.quiet || !this.#on.has(fault)) return false;
    this.count(fault);
    return true;
  }

  /** Whether this may go wrong in this run. */
  may(fault: Fault): boolean {
    return !this.quiet && this.#on.has(fault);
  }

  count(fault: Fault | Encounter): void {
    this.happened.set(fault, (this.happened.get(fault) ?? 0) + 1);
  }
}
