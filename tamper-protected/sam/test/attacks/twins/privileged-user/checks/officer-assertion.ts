// SPDX-License-Identifier: Apache-2.0
// What an officer signed is not looked at.
export function requireOfficerAssertion(): void {}
