// SPDX-License-Identifier: Apache-2.0
import { sha256 } from '../hash.ts';

/** The primary key of a passkey's row. */
export function authenticatorRowId(credentialId: Uint8Array): Uint8Array {
  return sha256(credentialId);
}
