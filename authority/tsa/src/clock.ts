// SPDX-License-Identifier: Apache-2.0
// The TSA's time: the wall clock, as long as it moves like the monotonic one. A wall clock that was set while the TSA ran is not believed any more.

const JUMP_MS_MAX = 2000;

/** The clock was set by more than it may drift: no time-stamp until somebody has looked and restarted the TSA. */
export class ClockJumped extends Error {
  override readonly name = 'ClockJumped';
}

export interface Clock {
  /** Milliseconds since 1970. Throws ClockJumped. */
  now(): number;
}

export function openClock(wallMs: () => number, monotonicMs: () => number): Clock {
  const offset = wallMs() - monotonicMs();
  let jumped = false;
  return {
    now() {
      const wall = wallMs();
      jumped ||= Math.abs(wall - monotonicMs() - offset) > JUMP_MS_MAX;
      if (jumped) throw new ClockJumped('the wall clock was set');
      return wall;
    },
  };
}
