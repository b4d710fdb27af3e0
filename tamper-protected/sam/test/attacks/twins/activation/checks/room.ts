// SPDX-License-Identifier: Apache-2.0
// As many open requests as anybody likes.
export function requireRoom(): void {}
