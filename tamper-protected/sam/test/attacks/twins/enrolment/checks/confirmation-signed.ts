// SPDX-License-Identifier: Apache-2.0
// Nobody needs to confirm.
export function requireConfirmed(): void {}
