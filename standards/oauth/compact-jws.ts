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
  if (text.length > charactersMax) throw new OAuthError('jws_malformed');
  const parts = text.split('.');
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || !header || !payload || !signature) throw new OAuthError('jws_malformed');
  return { header: readObject(header), payload: readObject(payload), signingInput: utf8(`${header}.${payload}`), signature: readBytes(signature) };
}

function readObject(text: string): JsonObject {
  const bytes = readBytes(text);
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

function readBytes(text: string): Uint8Array<ArrayBuffer> {
  try {
    return fromBase64url(text);
  } catch (cause) {
    if (cause instanceof SpellingError) throw new OAuthError('jws_malformed', { cause });
    throw cause;
  }
}
