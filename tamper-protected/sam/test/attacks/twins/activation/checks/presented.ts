// SPDX-License-Identifier: Apache-2.0
// Without the comparison of the presenter, the key and the algorithms.
export function requirePresented(): void {}
