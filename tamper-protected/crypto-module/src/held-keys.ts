// SPDX-License-Identifier: Apache-2.0
// A key that was unwrapped stays for the calls of one approved operation, and no longer: until the operation's last item, until the SAM
// says that it has ended, or until its time is over. What it was unwrapped from must be the same each time.
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import { after, type Driver, finallyDo, type KeyHandle, type Soon } from './driver.ts';

const HELD_MAX = 4096;
/** No operation may be used longer. */
export const HELD_MS_MAX = 600_000;

interface HeldKey {
  readonly keyId: Uint8Array;
  readonly wrapped: Uint8Array;
  readonly key: Soon<KeyHandle>;
  until: number;
  uses: number;
  /** Nobody finds it any more; it goes with its last use. */
  ended: boolean;
}

export interface KeyUse {
  readonly operation: Uint8Array;
  readonly keyId: Uint8Array;
  readonly wrapped: Uint8Array;
  /** Monotonic milliseconds until which further calls of the operation may come; 0 after the last. */
  readonly keepUntil: number;
}

export class HeldKeys {
  readonly #driver: Driver;
  readonly #monotonicMs: () => number;
  readonly #held = new Map<string, HeldKey>();

  constructor(driver: Driver, monotonicMs: () => number) {
    this.#driver = driver;
    this.#monotonicMs = monotonicMs;
  }

  get size(): number {
    return this.#held.size;
  }

  /** Unwraps the key unless it is here, and uses it. */
  use<T>(asked: KeyUse, use: (key: KeyHandle) => Soon<T>): Soon<T> {
    const name = toHex(asked.operation);
    const held = this.#here(name, asked) ?? this.#unwrapped(name, asked);
    held.uses += 1;
    held.until = Math.min(asked.keepUntil, this.#monotonicMs() + HELD_MS_MAX);
    if (asked.keepUntil === 0) this.#end(name, held);
    return finallyDo(
      () => after(held.key, use),
      () => {
        held.uses -= 1;
        if (held.ended) this.#destroyUnused(held);
      },
    );
  }

  forget(operation: Uint8Array): void {
    const name = toHex(operation);
    const held = this.#held.get(name);
    if (held !== undefined) this.#end(name, held);
  }

  /** To be called every second. */
  sweep(): void {
    const now = this.#monotonicMs();
    for (const [name, held] of this.#held) if (held.until <= now) this.#end(name, held);
  }

  close(): void {
    for (const [name, held] of this.#held) this.#end(name, held);
  }

  #here(name: string, { keyId, wrapped }: KeyUse): HeldKey | undefined {
    const held = this.#held.get(name);
    if (held === undefined) return undefined;
    if (held.until > this.#monotonicMs() && sameBytes(held.keyId, keyId) && sameBytes(held.wrapped, wrapped)) return held;
    this.#end(name, held);
    return undefined;
  }

  #unwrapped(name: string, { keyId, wrapped }: KeyUse): HeldKey {
    const key = this.#driver.unwrap(keyId, wrapped);
    // The caller's bytes are a view into a frame.
    const held: HeldKey = { keyId: keyId.slice(), wrapped: wrapped.slice(), key, until: 0, uses: 0, ended: false };
    if (key instanceof Promise) key.catch(() => this.#end(name, held));
    if (this.#held.size >= HELD_MAX) this.#end(...this.#held.entries().next().value!);
    this.#held.set(name, held);
    return held;
  }

  #end(name: string, held: HeldKey): void {
    if (this.#held.get(name) === held) this.#held.delete(name);
    if (held.ended) return;
    held.ended = true;
    this.#destroyUnused(held);
  }

  #destroyUnused(held: HeldKey): void {
    if (held.uses > 0) return;
    if (!(held.key instanceof Promise)) this.#driver.destroy(held.key);
    else
      void held.key.then(
        (key) => this.#driver.destroy(key),
        () => undefined,
      );
  }
}
