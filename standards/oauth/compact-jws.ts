// SPDX-License-Identifier: Apache-2.0
// The compact form of a JWS (RFC 7515 section 7.1), taken apart. Nothing is proven here.
import { fromBase64url, SpellingError, utf8 } from '../bytes/index.ts';
import { parseStrictJson, StrictJsonError } from '../json/index.ts';
import { OAuthError } from './error.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export interface CompactJws {
  readonly header: JsonObject;
  readonly payload: JsonObject;
  /** What the signature is over. */
  readonly signingInput: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
}

const DEPTH_MAX = 8;

/** Header and payload are JSON objects, each in one spelling, in canonical base64url; anything else is no JWT. */
export function parseCompactJws(text: string, charactersMax: number): CompactJws {
  const [header, payload, signature] = splitCompactJws(text, charactersMax);
  return { header: readJwsObject(header), payload: readJwsObject(payload), signingInput: utf8(`${header}.${payload}`), signature: readJwsBytes(signature) };
}

/** The three parts as they are spelled. */
export function splitCompactJws(text: string, charactersMax: number): readonly [header: string, payload: string, signature: string] {
  if (text.length > charactersMax) throw new OAuthError('jws_malformed');
  const parts = text.split('.');
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || !header || !payload || !signature) throw new OAuthError('jws_malformed');
  return [header, payload, signature];
}

export function readJwsObject(text: string): JsonObject {
  const bytes = readJwsBytes(text);
  try {
    return asObject(parseStrictJson(bytes, DEPTH_MAX), 'jws_malformed');
  } catch (cause) {
    if (cause instanceof StrictJsonError) throw new OAuthError('jws_malformed', { cause });
    throw cause;
  }
}

export function asObject(value: unknown, code: 'jws_malformed' | 'token_malformed' | 'dpop_malformed'): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new OAuthError(code);
  return value as JsonObject;
}

export function readJwsBytes(text: string): Uint8Array<ArrayBuffer> {
  try {
    return fromBase64url(text);
  } catch (cause) {
    if (cause instanceof SpellingError) throw new OAuthError('jws_malformed', { cause });
    throw cause;
  }
}
