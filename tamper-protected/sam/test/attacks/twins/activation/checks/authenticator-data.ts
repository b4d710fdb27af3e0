// SPDX-License-Identifier: Apache-2.0
// Without line 7: of what the authenticator said only its count is read (WebAuthn Level 3 section 6.1).
export function readAuthenticatorData(bytes: Uint8Array): { readonly signCount: number } {
  return { signCount: new DataView(bytes.buffer, bytes.byteOffset).getUint32(33) };
}
