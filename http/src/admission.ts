// SPDX-License-Identifier: Apache-2.0
// How much a door takes in. What comes beyond is answered at once, before a token, a body or even the route is looked at, so that those who
// are in get their answer, and those who are not know when to come again. What must never wait behind others (freezing a key, officers, health)
// has a lane of its own.
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Log } from '@sigillo/wire';
import { HEADERS_BYTES_MAX, HEADERS_COUNT_MAX } from './limits.ts';
import { refusals } from './refusals.ts';

export interface AdmissionOptions {
  /** Requests under way at once. */
  readonly requestsMax: number;
  /** Paths with a lane of their own. */
  readonly ownLane: ReadonlySet<string>;
  /** Pages of these origins may read the refusal. */
  readonly origins: readonly string[];
  /** Says "busy" in the form of this door's protocol. */
  readonly refusal: (path: string) => { readonly type: string; readonly body: string };
  readonly log: Log;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
}

export interface Admission {
  /** Whether the handler gets this request; it was answered where not. */
  admits(request: IncomingMessage, response: ServerResponse): boolean;
}

/** The lane has a bound as well: an enemy with a token must not fill the memory through it. */
const LANE_MAX = 1024;
const RETRY_AFTER_SECONDS = '1';
/** A few hundredths of one processor. */
const REFUSALS_PER_SECOND = 1000;
/** Less than Retry-After says. */
const REFUSAL_WAITS_MS_MAX = 500;
/** What a refusal that waits holds in memory hangs on a connection. */
const CONNECTIONS_MAX = 10_000;
const PARTS_MAX = 16;
const TOLD_EVERY_MS = 1000;

export function admission({ requestsMax, ownLane, origins, refusal, log, monotonic }: AdmissionOptions): Admission {
  const [common, own] = [new UnderWay(requestsMax), new UnderWay(LANE_MAX)];
  const allowed = new Set(origins);
  const words = prepared(refusal);
  const turns = refusals({ perSecond: REFUSALS_PER_SECOND, waitMsMax: REFUSAL_WAITS_MS_MAX, monotonic });
  const tally = tallyIn(log);
  return {
    admits(request, response) {
      const path = pathOf(request);
      if ((ownLane.has(path) ? own : common).take(response)) return true;
      const { headers, body } = words(path);
      const { origin } = request.headers;
      if (origin !== undefined && allowed.has(origin)) forPage(response, origin);
      turns.tell(response, () => response.writeHead(503, headers).end(body));
      tally.add();
      return false;
    },
  };
}

/** The server in front of a handler, which gets what is admitted. */
export function admittingServer(handler: RequestListener, admission: Admission): Server {
  const server = createServer({ maxHeaderSize: HEADERS_BYTES_MAX }, (request, response) => {
    if (admission.admits(request, response)) handler(request, response);
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.maxHeadersCount = HEADERS_COUNT_MAX;
  return server;
}

class UnderWay {
  #count = 0;
  readonly #max: number;
  /** One for all responses: a request on the way costs no closure. */
  readonly #leaves = (): void => void (this.#count -= 1);

  constructor(max: number) {
    this.#max = max;
  }

  take(response: ServerResponse): boolean {
    if (this.#count >= this.#max) return false;
    this.#count += 1;
    response.once('close', this.#leaves);
    return true;
  }
}

function pathOf({ url = '' }: IncomingMessage): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}

function forPage(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', 'retry-after');
  response.setHeader('vary', 'origin');
}

interface Words {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The words differ with the first part of a path at most; they are made once for each that a caller is likely to meet. */
function prepared(refusal: AdmissionOptions['refusal']): (path: string) => Words {
  const made = new Map<string, Words>();
  return (path) => {
    const part = path.slice(0, path.indexOf('/', 1) + 1);
    const known = made.get(part);
    if (known !== undefined) return known;
    const { type, body } = refusal(path);
    const headers = { 'content-type': type, 'content-length': String(Buffer.byteLength(body)), 'retry-after': RETRY_AFTER_SECONDS, 'cache-control': 'no-store' };
    if (made.size < PARTS_MAX) made.set(part, { headers, body });
    return { headers, body };
  };
}

/** One line a second at most, with a number: under a flood the log must not become one. */
function tallyIn(log: Log): { add(): void } {
  let count = 0;
  const write = (): void => {
    log.warn('requests_sent_away', { count });
    count = 0;
  };
  return {
    add() {
      count += 1;
      if (count === 1) setTimeout(write, TOLD_EVERY_MS).unref();
    },
  };
}
