// SPDX-License-Identifier: Apache-2.0

/** Why an order gets no certificate, or a revocation revokes none. */
export type OrderErrorCode =
  | 'order_signature'
  | 'order_malformed'
  | 'order_other_deployment'
  | 'order_stale'
  | 'order_parts_differ'
  | 'order_confirmation'
  | 'order_proposal'
  | 'order_approval'
  | 'order_approvals_too_few'
  | 'order_approvals_expired'
  | 'order_request'
  | 'order_subject'
  | 'order_key_not_allowed'
  | 'order_id_used'
  | 'revocation_command'
  | 'revocation_approval'
  | 'revocation_approvals_too_few'
  | 'revocation_certificate';

export class OrderError extends Error {
  override readonly name = 'OrderError';
  readonly code: OrderErrorCode;

  constructor(code: OrderErrorCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}
