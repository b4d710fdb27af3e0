// SPDX-License-Identifier: Apache-2.0
// A frozen key ends nothing that was approved before.
export function endUsesOfKey(): void {}
