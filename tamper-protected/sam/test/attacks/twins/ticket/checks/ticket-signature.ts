// SPDX-License-Identifier: Apache-2.0
// Anybody issues tickets.
export function requireIdpSignature(): void {}
