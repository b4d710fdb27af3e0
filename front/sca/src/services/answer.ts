// SPDX-License-Identifier: Apache-2.0
import { parseStrictJson } from '@sigillo/http';
import { ServiceError } from './error.ts';

const DEPTH_MAX = 8;
export type Members = Readonly<Record<string, unknown>>;

/** The JSON object of a CSC answer, or its refusal as an error. */
export async function cscAnswer(answer: Response): Promise<Members> {
  const body = membersOf(new Uint8Array(await answer.arrayBuffer()), answer.ok);
  if (answer.ok) return body;
  const reason = typeof body['error'] === 'string' ? body['error'] : undefined;
  throw new ServiceError(answer.status >= 500 || answer.status === 429 ? 'service_unavailable' : 'service_refused', { reason });
}

function membersOf(bytes: Uint8Array, needed: boolean): Members {
  try {
    const value = parseStrictJson(bytes, DEPTH_MAX);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  } catch (cause) {
    if (needed) throw new ServiceError('service_wrong', { cause });
  }
  if (needed) throw new ServiceError('service_wrong');
  return {};
}

export function members(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

export function texts(value: unknown): readonly string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw new ServiceError('service_wrong');
  return value;
}
