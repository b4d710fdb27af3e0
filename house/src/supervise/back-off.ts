// SPDX-License-Identifier: Apache-2.0

export interface BackOff {
  readonly firstMs: number;
  readonly maxMs: number;
  /** A process that answered for so long starts afresh: it is one that dies while it starts, or at once, that has to wait. */
  readonly calmMs: number;
}

export const BACK_OFF: BackOff = { firstMs: 250, maxMs: 30_000, calmMs: 3000 };

/** How long to wait before a process that died `deaths` times in a row before is started again. */
export function backOffMs({ firstMs, maxMs }: BackOff, deaths: number): number {
  return Math.min(maxMs, firstMs * 2 ** Math.min(deaths, 30));
}
