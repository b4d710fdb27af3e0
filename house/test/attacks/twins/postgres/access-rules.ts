// SPDX-License-Identifier: Apache-2.0
// Whoever has a password of the server enters every database of it.
export function accessRules(): string {
  return 'local all all scram-sha-256\n';
}
