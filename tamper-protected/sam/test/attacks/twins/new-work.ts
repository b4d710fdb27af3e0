// SPDX-License-Identifier: Apache-2.0
// Work is begun whether or not it can be finished.
export function requireNewWork(): void {}
