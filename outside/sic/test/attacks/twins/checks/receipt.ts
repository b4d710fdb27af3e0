// SPDX-License-Identifier: Apache-2.0
// A receipt, or an outcome, of whatever it speaks.
import { type OutcomeStatement, outcomeStatement, type ReceiptStatement, receiptStatement } from '@sigillo/doors/sap';
import { openStatement, type SignedAnswer } from '../../../../src/checks/statement.ts';
import type { Pins } from '../../../../src/pins.ts';

export { approvalHashes } from '../../../../src/checks/receipt.ts';

interface Demand {
  readonly pageNonce: Uint8Array;
}

export function checkReceipt(answer: SignedAnswer, pins: Pins, { pageNonce }: Demand): Promise<ReceiptStatement> {
  return openStatement('receipt', receiptStatement, answer, pins, pageNonce);
}

export function checkOutcome(answer: SignedAnswer, pins: Pins, { pageNonce }: Demand): Promise<OutcomeStatement> {
  return openStatement('outcome', outcomeStatement, answer, pins, pageNonce);
}
