// SPDX-License-Identifier: Apache-2.0
// An older version is as good.
export function requireFresh(): void {}
