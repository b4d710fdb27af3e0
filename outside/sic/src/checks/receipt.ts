// SPDX-License-Identifier: Apache-2.0
// The SAM's answer to the passkey: the receipt, or how the operation stands (`flow.md` 5 row 12).
import {
  algorithms,
  dtbsrList,
  type OutcomeStatement,
  outcomeStatement,
  type ReceiptStatement,
  receiptStatement,
} from '@sigillo/doors/sap';
import { encode } from '@sigillo/doors/schema';
import { sameBytes } from '@sigillo/standards/bytes';
import { sha256 } from '../crypto/digest.ts';
import type { Pins } from '../pins.ts';
import { CheckError } from './error.ts';
import { openStatement, requireOurs, type SignedAnswer } from './statement.ts';

/** What the page remembers of an approval that is under way, so that it knows the receipt when it sees it, after a reload too. */
export interface Approval {
  readonly ticketId: string;
  readonly challenge: Uint8Array;
  readonly signerId: Uint8Array;
  readonly keyId: Uint8Array;
  readonly clientId: string;
  readonly clientKeyThumbprint: Uint8Array;
  readonly algorithmsHash: Uint8Array;
  readonly listHash: Uint8Array;
  /** The nonce of the call that carried the passkey's answer. */
  readonly pageNonce: Uint8Array;
}

export async function approvalHashes(
  body: {
    readonly hashAlgorithm: string;
    readonly signatureAlgorithm: string;
    readonly signatureParameters: Uint8Array | null;
    readonly count: number;
  },
  items: readonly { readonly dtbsr: Uint8Array }[],
): Promise<{ readonly algorithmsHash: Uint8Array; readonly listHash: Uint8Array }> {
  const { hashAlgorithm, signatureAlgorithm, signatureParameters, count } = body;
  return {
    algorithmsHash: await sha256(encode(algorithms, { hashAlgorithm, signatureAlgorithm, signatureParameters, count })),
    listHash: await sha256(encode(dtbsrList, items.map((item) => item.dtbsr))),
  };
}

export async function checkReceipt(answer: SignedAnswer, pins: Pins, approval: Approval): Promise<ReceiptStatement> {
  const receipt = await openStatement('receipt', receiptStatement, answer, pins, approval.pageNonce);
  requireOurs(receipt, pins);
  if (receipt.ticketId !== approval.ticketId) throw wrong(5);
  if (!sameBytes(receipt.signerId, approval.signerId)) throw wrong(7);
  if (!sameBytes(receipt.keyId, approval.keyId)) throw wrong(8);
  if (receipt.clientId !== approval.clientId) throw wrong(9);
  if (!sameBytes(receipt.clientKeyThumbprint, approval.clientKeyThumbprint)) throw wrong(10);
  if (!sameBytes(receipt.algorithmsHash, approval.algorithmsHash)) throw wrong(11);
  if (!sameBytes(receipt.listHash, approval.listHash)) throw wrong(12);
  return receipt;
}

/** How an operation stands, about exactly what was asked. */
export async function checkOutcome(
  answer: SignedAnswer,
  pins: Pins,
  demand: { readonly about: OutcomeStatement['about']; readonly subject: Uint8Array; readonly pageNonce: Uint8Array },
): Promise<OutcomeStatement> {
  const outcome = await openStatement('outcome', outcomeStatement, answer, pins, demand.pageNonce);
  requireOurs(outcome, pins);
  if (outcome.about !== demand.about || !sameBytes(outcome.subject, demand.subject)) throw new CheckError('statement_subject');
  return outcome;
}

function wrong(field: number): CheckError {
  return new CheckError(`receipt_field_${field}`);
}
