// SPDX-License-Identifier: Apache-2.0

export type CheckCode =
  | 'statement_malformed'
  | 'statement_signature'
  | 'statement_nonce'
  | 'statement_deployment'
  | 'statement_sam'
  | 'statement_signer'
  | 'statement_subject'
  | 'statement_credential'
  | `intent_field_${number}`
  | 'intent_changed'
  | `enrolment_field_${number}`
  | `confirmation_field_${number}`
  | `receipt_field_${number}`
  | 'ticket_malformed'
  | 'ticket_issuer'
  | 'login_issuer'
  | 'history_numbering'
  | 'history_went_back'
  | 'document_location'
  | 'document_not_prepared'
  | 'document_byte_range'
  | 'document_attributes'
  | 'document_message_digest'
  | 'document_dtbsr'
  | 'document_signing_certificate'
  | 'document_not_approved_here'
  | 'document_changed'
  | 'document_signature'
  | 'document_hash_algorithm'
  | 'address_refused';

/** Something that the page was given is not what it must be. The code stands in the technical details; nothing is asked of a passkey. */
export class CheckError extends Error {
  override readonly name = 'CheckError';
  readonly code: CheckCode;

  constructor(code: CheckCode, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
