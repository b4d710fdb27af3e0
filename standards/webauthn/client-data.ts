// SPDX-License-Identifier: Apache-2.0
// The client data, WebAuthn Level 3 section 5.8.1, read so that no two readers can think differently of it. Members that we do not know are passed over, as the
// specification asks.
import { fromBase64url, sameBytes, SpellingError } from '../bytes/index.ts';
import { parseStrictJson } from '../json/index.ts';
import { WebauthnError } from './error.ts';

export interface ClientData {
  readonly type: string;
  readonly challenge: Uint8Array;
  readonly origin: string;
  readonly crossOrigin: boolean;
  readonly topOrigin: string | null;
}

export interface ExpectedClientData {
  readonly type: 'webauthn.get' | 'webauthn.create';
  readonly challenge: Uint8Array;
  readonly origins: readonly string[];
}

export const CLIENT_DATA_BYTES_MAX = 4096;
const DEPTH_MAX = 4;

export function parseClientData(json: Uint8Array): ClientData {
  const members = read(json);
  const { type, challenge, origin, crossOrigin, topOrigin } = members;
  if (typeof type !== 'string' || typeof challenge !== 'string' || typeof origin !== 'string') throw new WebauthnError('client_data_malformed');
  if (crossOrigin !== undefined && typeof crossOrigin !== 'boolean') throw new WebauthnError('client_data_malformed');
  if (topOrigin !== undefined && typeof topOrigin !== 'string') throw new WebauthnError('client_data_malformed');
  return { type, challenge: challengeBytes(challenge), origin, crossOrigin: crossOrigin ?? false, topOrigin: topOrigin ?? null };
}

/** The answer is to this question, on one of these pages, and not in a frame of somebody else's. Throws at the first that does not hold. */
export function checkClientData(given: ClientData, expected: ExpectedClientData): void {
  if (given.type !== expected.type) throw new WebauthnError('client_data_type');
  if (!sameBytes(given.challenge, expected.challenge)) throw new WebauthnError('client_data_challenge');
  if (!expected.origins.includes(given.origin)) throw new WebauthnError('client_data_origin');
  if (given.crossOrigin) throw new WebauthnError('client_data_cross_origin');
  if (given.topOrigin !== null) throw new WebauthnError('client_data_top_origin');
}

function read(json: Uint8Array): Readonly<Record<string, unknown>> {
  if (json.length > CLIENT_DATA_BYTES_MAX) throw new WebauthnError('client_data_malformed');
  let value: unknown;
  try {
    value = parseStrictJson(json, DEPTH_MAX);
  } catch (cause) {
    throw new WebauthnError('client_data_malformed', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new WebauthnError('client_data_malformed');
  return value as Readonly<Record<string, unknown>>;
}

/** Plain base64, padding, line breaks and unused bits that are not zero are other spellings and refused. */
function challengeBytes(text: string): Uint8Array {
  try {
    return fromBase64url(text);
  } catch (cause) {
    if (cause instanceof SpellingError) throw new WebauthnError('client_data_challenge', { cause });
    throw cause;
  }
}
