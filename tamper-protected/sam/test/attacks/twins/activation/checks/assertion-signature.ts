// SPDX-License-Identifier: Apache-2.0
// Without line 8: any bytes are a signature.
export function verifyAssertionSignature(): void {}
