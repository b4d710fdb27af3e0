// SPDX-License-Identifier: Apache-2.0
// Every credential is everybody's.
export function requireOwn(): void {}
