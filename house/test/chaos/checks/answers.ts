// SPDX-License-Identifier: Apache-2.0
// Each client got an answer or a clear error: nobody hung; a refusal has a code; one that is worth repeating says when; a connection broke
// only where the very process at its other end died.
import { HUNG, type Exchange } from '../exchanges.ts';
import { insist } from '../violation.ts';

/** When a process did not serve. */
export interface Outage {
  readonly port: number;
  readonly from: number;
  readonly until: number;
}

/** The kept connections of a client to a process that died are found broken one by one. */
const AFTERWARDS_MS = 1500;

export interface Answers {
  readonly answered: number;
  readonly refused: number;
  readonly broken: number;
}

export function answersAreClear(exchanges: readonly Exchange[], outages: readonly Outage[]): Answers {
  const answers = { answered: 0, refused: 0, broken: 0 };
  const faults = new Set<string>();
  for (const exchange of exchanges) {
    const kind = exchange.status === undefined ? 'broken' : exchange.status < 400 ? 'answered' : 'refused';
    answers[kind] += 1;
    const fault = kind === 'answered' ? undefined : faultOf(exchange, outages);
    // Ids in a path would make a fault of each request.
    if (fault !== undefined) faults.add(`${exchange.method} ${exchange.path.replace(/[\w-]{30,}/g, ':id')} ${fault}`);
  }
  insist(faults.size === 0, [...faults].join('; '));
  return answers;
}

function faultOf({ status, code, retryAfter, failure, ...exchange }: Exchange, outages: readonly Outage[]): string | undefined {
  if (failure === HUNG) return 'hung';
  if (status === undefined) return outages.some((outage) => wasOut(exchange, outage)) ? undefined : `broke (${failure}) while its process was up`;
  if (code === undefined) return `was answered ${status} without a code`;
  if (code === 'internal') return `was answered ${status} ${code}`;
  const again = (status === 429 || status === 503) && !DONE_FOR.has(code);
  return again && retryAfter === undefined ? `was answered ${status} ${code} without Retry-After` : undefined;
}

function wasOut({ port, startedAt, endedAt }: Pick<Exchange, 'port' | 'startedAt' | 'endedAt'>, outage: Outage): boolean {
  return outage.port === port && endedAt >= outage.from && startedAt <= outage.until + AFTERWARDS_MS;
}

/** What it would not help to repeat. */
const DONE_FOR: ReadonlySet<string> = new Set(['server_error']);
