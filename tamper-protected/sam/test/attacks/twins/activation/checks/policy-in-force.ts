// SPDX-License-Identifier: Apache-2.0
// Without line 11.
export function requirePolicyInForce(): void {}
