// SPDX-License-Identifier: Apache-2.0

export type CryptoModuleErrorCode =
  | 'store_missing'
  | 'store_exists'
  | 'store_mode'
  | 'store_malformed'
  | 'store_key_wrong'
  | 'key_unknown'
  | 'key_exists'
  | 'key_algorithm'
  | 'key_wrapped_wrong'
  | 'signature_wrong'
  | 'signature_failed'
  | 'ticket_mac'
  | 'ticket_malformed'
  | 'ticket_other_boot'
  | 'ticket_epoch'
  | 'ticket_expired'
  | 'ticket_expires_late'
  | 'ticket_other_key'
  | 'ticket_other_operation'
  | 'ticket_algorithm'
  | 'ticket_used'
  | 'tickets_full'
  | 'sealed_wrong';

/** Why the module did not do something. The message is the code: nothing about keys or data leaves with it. */
export class CryptoModuleError extends Error {
  override readonly name = 'CryptoModuleError';
  readonly code: CryptoModuleErrorCode;

  constructor(code: CryptoModuleErrorCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}
