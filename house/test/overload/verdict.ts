// SPDX-License-Identifier: Apache-2.0
// What must hold under five times the load. Speeds are compared within one run; where somebody else had a good part of the machine meanwhile, what
// was done with each second of processor time that the house itself had says more than what was done in each second.
import type { Driven, OverloadReport } from './run.ts';

export const GOODPUT_MIN = 0.8;
const TIMES_MIN = 4.5;
const FREEZE_MS_MAX = 1000;
/** Retry-After is a second; a refusal that takes longer is of no use. */
const REFUSED_MS_MAX = 1000;
const GROWTH_MIB_MAX = 64;
const FOREIGN_SHARE_MAX = 0.1;
const SHARE_MIN = 0.1;
const ANSWERS: readonly string[] = ['200', '429', '503'];

/** What was done under the load, as a share of the peak: in each second, and with each second of processor time. */
export function goodputOf({ peaks, overloads }: OverloadReport): { readonly perSecond: number; readonly perProcessorSecond: number; readonly foreignShare: number } {
  const sum = (of: readonly Driven[], what: (driven: Driven) => number): number => of.reduce((total, driven) => total + what(driven), 0);
  const rate = (of: readonly Driven[], over: (driven: Driven) => number): number => sum(of, ({ goodPerSecond, seconds }) => goodPerSecond * seconds) / sum(of, over);
  const own = ({ processors }: Driven): number => processors.own;
  const all = [...peaks, ...overloads];
  return {
    // Pairs one after the other: each is compared with its own peak.
    perSecond: sum(overloads, ({ goodPerSecond }) => goodPerSecond) / sum(peaks, ({ goodPerSecond }) => goodPerSecond),
    perProcessorSecond: rate(overloads, own) / rate(peaks, own),
    foreignShare: 1 - sum(all, own) / sum(all, ({ processors }) => processors.busy),
  };
}

/** One sentence for each thing that does not hold. */
export function faultsOf(report: OverloadReport): string[] {
  const { peaks, overloads, after, freezesMs, memory } = report;
  const faults: string[] = [];
  const holds = (is: boolean, what: string): void => void (is || faults.push(what));
  const { perSecond, perProcessorSecond, foreignShare } = goodputOf(report);
  const goodput = foreignShare > FOREIGN_SHARE_MAX ? Math.max(perSecond, perProcessorSecond) : perSecond;
  // With half of the machine everything takes twice as long.
  const share = foreignShare > FOREIGN_SHARE_MAX ? Math.max(SHARE_MIN, 1 - foreignShare) : 1;
  holds(goodput >= GOODPUT_MIN, `under the load ${percent(perSecond)} of the peak was done (${percent(perProcessorSecond)} with the same processor time; ${percent(foreignShare)} of the machine was somebody else's)`);
  for (const [n, overload] of overloads.entries()) {
    holds(overload.offeredPerSecond >= TIMES_MIN * peaks[n]!.goodPerSecond, `only ${Math.round(overload.offeredPerSecond)} requests a second were offered`);
    holds((overload.statuses['503'] ?? 0) + (overload.statuses['429'] ?? 0) > 0, 'nobody was sent away: that was no overload');
    holds(overload.refusedMs.p99 * share <= REFUSED_MS_MAX, `a refusal took ${overload.refusedMs.p99} ms`);
  }
  for (const driven of [...peaks, ...overloads, after]) {
    holds(driven.withoutRetryAfter === 0, `${driven.withoutRetryAfter} refusals without Retry-After`);
    holds(driven.lost + driven.hung === 0, `${driven.lost} connections lost, ${driven.hung} requests without an answer`);
    const strange = Object.keys(driven.statuses).filter((status) => !ANSWERS.includes(status));
    holds(strange.length === 0, `answers with status ${strange.join(', ')}`);
  }
  holds(Object.keys(after.statuses).every((status) => status === '200'), 'somebody was sent away when the load was over');
  holds(freezesMs.length > 0 && freezesMs.every((ms) => ms * share <= FREEZE_MS_MAX), `freezing took ${freezesMs.join(', ')} ms`);
  for (const [name, overload] of Object.entries(memory))
    for (const samples of overload) holds(samples.length > 1 && samples.at(-1)! - samples[0]! <= GROWTH_MIB_MAX, `${name} grew from ${samples[0]} to ${samples.at(-1)} MiB`);
  return faults;
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`;
