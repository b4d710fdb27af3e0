// SPDX-License-Identifier: Apache-2.0
// A form is read to its end, however long it says that it is.
export function requireFormLength(): void {}
