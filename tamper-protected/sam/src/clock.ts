// SPDX-License-Identifier: Apache-2.0
// SAM time. It runs with the monotonic clock and follows the wall clock in small steps. A wall clock that jumps ahead says that the machine
// slept, or worse: SAM time follows, and all that was pending is over. One that jumps back is not followed: new work is refused until it
// has come back.
import { SamRefusal } from './refusals.ts';

const STEP_MS_MAX = 2000;

export class Clock {
  readonly #wall: () => number;
  readonly #monotonic: () => number;
  #offset: number;
  #behind = false;

  constructor(wall: () => number, monotonic: () => number) {
    this.#wall = wall;
    this.#monotonic = monotonic;
    this.#offset = wall() - monotonic();
  }

  milliseconds(): number {
    return this.#monotonic() + this.#offset;
  }

  seconds(): number {
    return Math.floor(this.milliseconds() / 1000);
  }

  /** Monotonic milliseconds: what deadlines are measured with. */
  monotonic(): number {
    return this.#monotonic();
  }

  /** Called every second: says whether the wall clock has jumped, and where to. */
  compare(): 'ahead' | 'back' | undefined {
    const offset = this.#wall() - this.#monotonic();
    const step = offset - this.#offset;
    this.#behind = step < -STEP_MS_MAX;
    if (this.#behind) return 'back';
    this.#offset = offset;
    return step > STEP_MS_MAX ? 'ahead' : undefined;
  }

  requireSound(): void {
    if (this.#behind) throw new SamRefusal('clock_jump');
  }
}
