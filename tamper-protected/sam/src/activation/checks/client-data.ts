// SPDX-License-Identifier: Apache-2.0
import { checkClientData, parseClientData, WebauthnError } from '@sigillo/standards/webauthn';
import { type RefusalCode, SamRefusal } from '../../refusals.ts';

/** Line 5: the answer of `get()`, to this challenge, on our page, in no frame; read by a strict reader. */
export function readClientData(json: Uint8Array, expected: { readonly challenge: Uint8Array; readonly origin: string }): void {
  try {
    checkClientData(parseClientData(json), { type: 'webauthn.get', challenge: expected.challenge, origins: [expected.origin] });
  } catch (cause) {
    if (!(cause instanceof WebauthnError)) throw cause;
    throw new SamRefusal(CODES[cause.code] ?? 'sad_client_data', { cause });
  }
}

const CODES: Readonly<Record<string, RefusalCode>> = {
  client_data_type: 'sad_type',
  client_data_challenge: 'sad_challenge',
  client_data_origin: 'sad_origin',
  client_data_cross_origin: 'sad_cross_origin',
  client_data_top_origin: 'sad_cross_origin',
};
