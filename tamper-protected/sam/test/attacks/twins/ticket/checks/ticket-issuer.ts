// SPDX-License-Identifier: Apache-2.0
// A ticket of any issuer is good.
export function requireIssuer(): void {}
