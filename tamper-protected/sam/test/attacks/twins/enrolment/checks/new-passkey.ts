// SPDX-License-Identifier: Apache-2.0
// Whoever has a passkey may share it.
export function requireNewPasskey(): void {}
