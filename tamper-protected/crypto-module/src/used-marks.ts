// SPDX-License-Identifier: Apache-2.0
// Which (operation, index) signed already. A mark is needed until its ticket expires and forgotten then, so the memory it takes follows the rate of signing.
import { toHex } from '@sigillo/standards/bytes';

/** What half a minute of tickets needs at several times the rate that one process can sign. */
const MARKS_MAX = 2_000_000;
const COMPACT_FROM = 4096;

export class UsedMarks {
  readonly #marks = new Set<string>();
  /** In the order of their use, which is nearly that of their expiry. */
  #queue: { readonly mark: string; readonly expires: number }[] = [];
  #head = 0;

  static of({ operation, index }: { readonly operation: Uint8Array; readonly index: number }): string {
    return `${toHex(operation)}.${index}`;
  }

  has(mark: string): boolean {
    return this.#marks.has(mark);
  }

  hasRoomFor(count: number): boolean {
    return this.#marks.size + count <= MARKS_MAX;
  }

  add(mark: string, expires: number): void {
    this.#marks.add(mark);
    this.#queue.push({ mark, expires });
  }

  /** Stops at the first that is still needed: one that expires late keeps those behind it a little longer, never shorter. */
  forgetExpired(now: number): void {
    for (; this.#head < this.#queue.length && this.#queue[this.#head]!.expires <= now; this.#head++) this.#marks.delete(this.#queue[this.#head]!.mark);
    if (this.#head < COMPACT_FROM || this.#head * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#head);
    this.#head = 0;
  }

  get size(): number {
    return this.#marks.size;
  }
}
