// SPDX-License-Identifier: Apache-2.0
// Without the second look, at Execute.
export function requireStillValid(): void {}
