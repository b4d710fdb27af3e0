// SPDX-License-Identifier: Apache-2.0
// Any history is right.
export function requireKnown(): void {}
