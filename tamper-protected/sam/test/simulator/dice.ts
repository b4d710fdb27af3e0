// SPDX-License-Identifier: Apache-2.0
// All chance of a simulation. Each use has dice of its own, named by the seed and by what they are for: what one draws moves nothing for
// the others, so that a run stays much the same when something is left out of it.
import { createHash } from 'node:crypto';

export class Dice {
  readonly #state: Uint32Array;

  constructor(...names: readonly (string | number)[]) {
    const digest = createHash('sha256').update(names.join(' ')).digest();
    this.#state = Uint32Array.from({ length: 4 }, (_, i) => digest.readUInt32LE(4 * i));
  }

  /** 32 bits, by the generator sfc32. */
  next(): number {
    const s = this.#state;
    const sum = (s[0]! + s[1]! + s[3]!) >>> 0;
    s[3] = s[3]! + 1;
    s[0] = s[1]! ^ (s[1]! >>> 9);
    s[1] = s[2]! + (s[2]! << 3);
    s[2] = ((s[2]! << 21) | (s[2]! >>> 11)) + sum;
    return sum;
  }

  /** From 0 to below 1. */
  unit(): number {
    return this.next() / 2 ** 32;
  }

  below(count: number): number {
    return Math.floor(this.unit() * count);
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(of: number): boolean {
    return this.unit() < of;
  }

  pick<T>(from: readonly T[]): T | undefined {
    return from[this.below(from.length)];
  }

  one<T>(...from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  /** Mostly small, sometimes large: every order of magnitude is as likely as any other. */
  skewed(least: number, most: number): number {
    return least * (most / least) ** this.unit();
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.next();
    return bytes;
  }

  shuffled<T>(list: readonly T[]): T[] {
    const left = [...list];
    const order: T[] = [];
    while (left.length > 0) order.push(...left.splice(this.below(left.length), 1));
    return order;
  }
}
