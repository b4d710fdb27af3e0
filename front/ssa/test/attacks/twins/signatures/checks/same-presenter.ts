// SPDX-License-Identifier: Apache-2.0
// Whoever has a token may use any other.
export function requireSamePresenter(): void {}
