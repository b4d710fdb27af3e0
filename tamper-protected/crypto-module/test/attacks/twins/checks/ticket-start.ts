// SPDX-License-Identifier: Apache-2.0
// A ticket of any start is good.
export function requireThisStart(): void {}
