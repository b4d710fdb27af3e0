// SPDX-License-Identifier: Apache-2.0
// Commands work as often as somebody brings them.
export function requireKeyUnchanged(): void {}
