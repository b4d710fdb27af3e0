// SPDX-License-Identifier: Apache-2.0
// Calls inwards. At most so many are under way; whoever comes then is sent away at once with Retry-After, so that those who are in get
// their answer.
import { HttpProblem } from '@sigillo/http';
import { SchemaError } from '@sigillo/doors/schema';
import type { Answer, Door, Request } from '@sigillo/doors/door';
import { CborError } from '@sigillo/standards/cbor';
import { LinkError, type Link } from '@sigillo/wire';
import { samRefusal } from '@sigillo/doors/sam';

export class Line<D extends Door> {
  readonly #link: Link<D>;
  readonly #callsMax: number;
  readonly #ownLane: ReadonlySet<keyof D>;
  readonly #deadlineMs: number | undefined;
  #calls = 0;

  /** What is in `ownLane` is never sent away. `deadlineMs` shortens the deadlines of the door. */
  constructor(link: Link<D>, callsMax: number, ownLane: readonly (keyof D)[] = [], deadlineMs?: number) {
    this.#link = link;
    this.#ownLane = new Set(ownLane);
    this.#callsMax = callsMax;
    this.#deadlineMs = deadlineMs;
  }

  /** The answer, or an HttpProblem that says what the caller may know. */
  async call<N extends keyof D>(name: N, request: Request<D[N]>, requestId: string): Promise<Answer<D[N]>> {
    if (this.#calls >= this.#callsMax && !this.#ownLane.has(name)) throw busy('busy');
    this.#calls += 1;
    try {
      return await this.#link.call(name, request, { requestId, ...(this.#deadlineMs === undefined ? {} : { deadlineMs: this.#deadlineMs }) });
    } catch (cause) {
      throw asProblem(cause);
    } finally {
      this.#calls -= 1;
    }
  }
}

function asProblem(cause: unknown): unknown {
  // What the door's schema does not take was malformed outside: texts that are not NFC or too long in UTF-8 pass the JSON schema.
  if (cause instanceof SchemaError || cause instanceof CborError) return new HttpProblem(400, 'request_malformed', undefined, { cause });
  if (!(cause instanceof LinkError)) return cause;
  switch (cause.kind) {
    case 'not_sent':
      return busy('temporarily_unavailable', cause);
    case 'unknown':
      return new HttpProblem(503, 'outcome_unknown', 'Whether this was done is not known; ask for the outcome', { cause, retryAfterSeconds: 1 });
    case 'refused':
      return refusal(cause);
  }
}

function refusal(cause: LinkError): HttpProblem {
  if (cause.code === 'busy' || cause.code === 'message_late') return busy('busy', cause);
  const row = samRefusal(cause.code);
  if (row === undefined) return new HttpProblem(500, 'internal', undefined, { cause });
  // Trying again makes sense where nothing was done; after a lost signature it does not.
  const again = row.csc === 'temporarily_unavailable' || row.status === 429 ? { retryAfterSeconds: 1 } : {};
  return new HttpProblem(row.status, cause.code, row.page, { cause, ...again });
}

function busy(code: string, cause?: unknown): HttpProblem {
  return new HttpProblem(503, code, 'The service is busy; try again shortly', { retryAfterSeconds: 1, ...(cause === undefined ? {} : { cause }) });
}
