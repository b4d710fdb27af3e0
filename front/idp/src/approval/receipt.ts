// SPDX-License-Identifier: Apache-2.0
// The SAM's receipt: the signer approved, and this handle names the operation. It must be for this very request: ticket, signer,
// credential, client, key, list. Field 11, the hash of the algorithms, is left to the SAM: it chose them from the ticket and the key,
// which the IdP does not know.
import { dtbsrList, receiptStatement, type ReceiptStatement } from '@sigillo/doors/sap';
import { encode } from '@sigillo/doors/schema';
import { fromBase64url, sameBytes, toHex } from '@sigillo/standards/bytes';
import { sha256 } from '@sigillo/wire';
import type { CredentialRequest } from '../credential-request/credential-request.ts';
import type { Approval } from '../database/approvals.ts';
import type { Parts } from '../parts.ts';
import { refuse } from '../refusals.ts';
import { openStatement, type SignedText } from '../sam-statement.ts';

export interface AskedFor {
  readonly approval: Approval;
  readonly request: CredentialRequest;
  /** Thumbprint of the client's key; undefined for a bearer client. */
  readonly thumbprint: string | undefined;
}

const NO_KEY = new Uint8Array(32);

export async function verifyReceipt(parts: Parts, asked: AskedFor, signed: SignedText): Promise<ReceiptStatement> {
  const receipt = openStatement(parts.samPins, 'receipt', receiptStatement, signed);
  if (receipt.expires <= parts.powers.nowSeconds()) throw refuse('statement_expired');
  if (!(await parts.approvals.hasTicket(asked.approval.id, receipt.ticketId))) throw refuse('receipt_other_ticket');
  if (toHex(receipt.signerId) !== asked.approval.subject) throw refuse('receipt_other_signer');
  if (toHex(receipt.keyId) !== asked.request.credentialId) throw refuse('receipt_other_key');
  const sameClient = receipt.clientId === asked.approval.clientId && sameBytes(receipt.clientKeyThumbprint, keyOf(asked));
  if (!sameClient) throw refuse('receipt_other_client');
  if (!sameBytes(receipt.listHash, sha256(encode(dtbsrList, asked.request.hashes)))) throw refuse('receipt_other_list');
  return receipt;
}

function keyOf(asked: AskedFor): Uint8Array {
  return asked.thumbprint === undefined ? NO_KEY : fromBase64url(asked.thumbprint);
}
