// SPDX-License-Identifier: Apache-2.0
// A database that cannot be written: when it is tried again, and what the log says of it. One line when it begins, one when the reason changes
// and each minute, one when it is over. The wait grows as the outage lasts, to some seconds, and is never the same for two of those who wait.
import type { Log } from '@sigillo/wire';

const RETRY_MS_MIN = 250;
const RETRY_MS_MAX = 4000;
const SAY_AGAIN_MS = 60_000;

export interface OutageOptions {
  readonly log: Log;
  readonly monotonic: () => number;
  readonly random: (length: number) => Uint8Array;
  /** Event and code of the line that says it goes on, and event of the one that says it is over. */
  readonly event: string;
  readonly code: string;
  readonly overEvent: string;
}

export class Outage {
  readonly #options: OutageOptions;
  #began: number | undefined;
  #said = 0;
  #reason = '';
  #failures = 0;

  constructor(options: OutageOptions) {
    this.#options = options;
  }

  /** One more attempt failed, and so much waits. Returns after how many milliseconds the next one is due. */
  failed(cause: unknown, count: number): number {
    const { log, monotonic, event, code } = this.#options;
    const now = monotonic();
    const reason = reasonOf(cause);
    this.#began ??= now;
    if (this.#failures++ === 0 || reason !== this.#reason || now - this.#said >= SAY_AGAIN_MS) {
      log.error(event, { code, count, durationMs: Math.round(now - this.#began) }, cause);
      this.#said = now;
      this.#reason = reason;
    }
    return this.#wait();
  }

  /** An attempt went well. */
  over(): void {
    if (this.#began === undefined) return;
    const { log, monotonic, overEvent } = this.#options;
    log.info(overEvent, { count: this.#failures, durationMs: Math.round(monotonic() - this.#began) });
    this.#began = undefined;
    this.#failures = 0;
  }

  #wait(): number {
    const whole = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(this.#failures - 1, 16));
    return Math.round(whole * (0.5 + this.#options.random(1)[0]! / 510));
  }
}

/** What of a failure is the same while its reason is. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { name, code, cause: inner } = cause as Error & { readonly code?: unknown };
  return `${name} ${String(code)}${inner === undefined ? '' : ` ${reasonOf(inner)}`}`;
}
