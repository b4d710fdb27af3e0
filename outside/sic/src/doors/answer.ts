// SPDX-License-Identifier: Apache-2.0
// JSON from a service into values of known kinds, member by member.
import { fromBase64url } from '@sigillo/standards/bytes';
import type { SignedAnswer } from '../checks/statement.ts';
import { DoorError } from './door-error.ts';

export type Json = Readonly<Record<string, unknown>>;

export function textOf(answer: Json, name: string): string {
  const value = answer[name];
  if (typeof value !== 'string') throw malformed();
  return value;
}

export function textOrNull(answer: Json, name: string): string | null {
  const value = answer[name];
  return typeof value === 'string' ? value : null;
}

export function numberOf(answer: Json, name: string): number {
  const value = answer[name];
  if (typeof value !== 'number') throw malformed();
  return value;
}

export function numberOrNull(answer: Json, name: string): number | null {
  const value = answer[name];
  return typeof value === 'number' ? value : null;
}

export function listOf<T>(answer: Json, name: string, read: (item: Json) => T): readonly T[] {
  const value = answer[name];
  if (!Array.isArray(value)) throw malformed();
  return value.map((item: unknown) => {
    if (typeof item !== 'object' || item === null) throw malformed();
    return read(item as Json);
  });
}

export function textsOf(answer: Json, name: string): readonly string[] {
  const value = answer[name];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw malformed();
  return value;
}

export function signedOf(answer: Json): SignedAnswer {
  try {
    return { statement: fromBase64url(textOf(answer, 'statement')), signature: fromBase64url(textOf(answer, 'signature')) };
  } catch {
    throw malformed();
  }
}

/** A time in seconds, or as RFC 3339 text, in milliseconds. */
export function timeMsOf(answer: Json, name: string): number {
  const value = answer[name];
  if (typeof value === 'number') return value * 1000;
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(parsed)) throw malformed();
  return parsed;
}

function malformed(): DoorError {
  return new DoorError('unclear', 'answer_malformed');
}
