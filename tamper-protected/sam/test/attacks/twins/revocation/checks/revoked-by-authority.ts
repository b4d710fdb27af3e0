// SPDX-License-Identifier: Apache-2.0
// Whatever the courier brings says that the certificate is revoked.
export function requireRevoked(): number {
  return 0;
}
