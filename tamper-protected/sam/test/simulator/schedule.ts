// SPDX-License-Identifier: Apache-2.0
// The only clock and the only order of a simulation. Whatever has to wait stands here with a time that the dice gave it; one thing happens
// after the other, and between two of them the program runs until it waits again. So every interleaving comes from the seed.
import { createHash } from 'node:crypto';
import type { Dice } from './dice.ts';

/** One start of the SAM, until it ends. Nothing that belongs to an ended life happens any more. */
export class Life {
  readonly number: number;
  alive = true;
  /** It ended in the middle of what it was doing, at a call to the disk. */
  cutOff = false;
  /** A durable write failed: this life may not say a word any more. */
  writeFailed = false;

  constructor(number: number) {
    this.number = number;
  }
}

interface Planned {
  readonly due: number;
  readonly label: string;
  readonly life: Life | undefined;
  readonly run: () => void;
}

const TRACE_SHOWN = 60;

export class Schedule {
  /** Monotonic milliseconds. */
  now = 1000;
  /** How far the wall clock was ahead of the monotonic one, from when on. */
  readonly #wallOffsets: { readonly from: number; readonly ms: number }[];
  steps = 0;
  /** Is told before something of a life happens; may end that life, and then it does not happen. */
  beforeStep: (life: Life | undefined, label: string) => void = () => undefined;
  readonly #dice: Dice;
  readonly #queue: Planned[] = [];
  readonly #trace = createHash('sha256');
  readonly #last: string[] = [];

  constructor(dice: Dice, wallMs: number) {
    this.#dice = dice;
    this.#wallOffsets = [{ from: this.now, ms: wallMs - this.now }];
  }

  wall(): number {
    return this.now + this.wallOffsetMs;
  }

  /** How far the wall clock is ahead of the monotonic one. */
  get wallOffsetMs(): number {
    return this.#wallOffsets.at(-1)!.ms;
  }

  set wallOffsetMs(ms: number) {
    this.#wallOffsets.push({ from: this.now, ms });
  }

  /** What the time may be, at most, to somebody for whom it was `wallMs` then, who since follows the monotonic clock and looks at the other when he likes. */
  latestTo(wallMs: number, then: number): number {
    const since = this.#wallOffsets.filter((_, i) => (this.#wallOffsets[i + 1]?.from ?? this.now) >= then);
    return this.now + Math.max(wallMs - then, ...since.map(({ ms }) => ms));
  }

  /** After a wait that the dice choose, of mostly `typicalMs` and rarely much more. */
  soon(label: string, run: () => void, life?: Life, mostMs: number = 20): void {
    this.after(this.#dice.skewed(0.02, mostMs), label, run, life);
  }

  after(delayMs: number, label: string, run: () => void, life?: Life): void {
    const planned = { due: this.now + delayMs, label, life, run };
    let at = this.#queue.length;
    while (at > 0 && this.#queue[at - 1]!.due > planned.due) at--;
    this.#queue.splice(at, 0, planned);
  }

  /** Lets the next thing happen, and the program run until it waits. False when nothing is planned any more. */
  async step(): Promise<boolean> {
    let next = this.#queue.shift();
    while (next !== undefined && !mayHappen(next)) next = this.#queue.shift();
    if (next === undefined) return false;
    this.now = Math.max(this.now, next.due);
    this.steps += 1;
    this.beforeStep(next.life, next.label);
    if (mayHappen(next)) {
      this.say(next.label);
      next.run();
    }
    await turn();
    return true;
  }

  /** Takes a line into the trace. */
  say(line: string): void {
    const text = `${this.now.toFixed(3)} ${line}`;
    this.#trace.update(`${text}\n`);
    this.#last.push(text);
    if (this.#last.length > TRACE_SHOWN) this.#last.shift();
  }

  get lastLines(): readonly string[] {
    return this.#last;
  }

  /** What the whole trace comes to; nothing can be said afterwards. */
  traceHash(): string {
    return this.#trace.digest('hex');
  }
}

function mayHappen({ life }: Planned): boolean {
  return life === undefined || life.alive;
}

/** Until everything that can run has run. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
