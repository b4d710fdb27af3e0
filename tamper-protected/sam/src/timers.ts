// SPDX-License-Identifier: Apache-2.0
// Waiting is a power like the clock: whoever runs the SAM under a clock of its own decides when a wait is over.

export interface Timers {
  /** Runs it after so many milliseconds; what still waits keeps no process alive. */
  after(delayMs: number, run: () => void): void;
  /** Runs it after everything that this turn of the event loop still has to say. */
  soon(run: () => void): void;
}

export const realTimers: Timers = {
  after: (delayMs, run) => void setTimeout(run, delayMs).unref(),
  soon: (run) => void setImmediate(run),
};
