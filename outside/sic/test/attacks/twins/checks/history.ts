// SPDX-License-Identifier: Apache-2.0
// A history with gaps, or a shorter one than before, is one too.
import { type HistoryStatement, historyStatement } from '@sigillo/doors/sap';
import type { HistoryDemand } from '../../../../src/checks/history.ts';
import { openStatement, type SignedAnswer } from '../../../../src/checks/statement.ts';
import type { Pins } from '../../../../src/pins.ts';

export { groupByOperation, hasEarlier } from '../../../../src/checks/history.ts';

export function checkHistory(answer: SignedAnswer, pins: Pins, demand: HistoryDemand): Promise<HistoryStatement> {
  return openStatement('history', historyStatement, answer, pins, demand.pageNonce);
}

export function requireNumbering(): void {}
