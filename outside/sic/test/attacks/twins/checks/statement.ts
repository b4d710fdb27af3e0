// SPDX-License-Identifier: Apache-2.0
// Whoever says something is the SAM, and means this call.
import { decode, type Schema } from '@sigillo/doors/schema';
import type { SignedAnswer } from '../../../../src/checks/statement.ts';

export function openStatement<T>(_type: string, schema: Schema<T>, answer: SignedAnswer): Promise<T> {
  return Promise.resolve(decode(schema, answer.statement));
}

export function openBody<T>(schema: Schema<T>, encoding: Uint8Array): T {
  return decode(schema, encoding);
}

export function requireOurs(): void {}
