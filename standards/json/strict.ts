// SPDX-License-Identifier: Apache-2.0
// JSON of which two readers cannot think differently (RFC 8259 leaves it open): UTF-8 without a byte order mark, no duplicate names, bounded depth,
// no name that JavaScript gives a meaning to, and no number that a double does not hold (RFC 7493 section 2.2).

import { fromUtf8 } from '../bytes/index.ts';

export class StrictJsonError extends Error {
  override readonly name = 'StrictJsonError';
  readonly code: 'json_malformed' | 'json_not_utf8' | 'json_duplicate_name' | 'json_too_deep' | 'json_forbidden_name' | 'json_number_range';

  constructor(code: StrictJsonError['code'], options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** The value of a JSON text. Throws StrictJsonError. */
export function parseStrictJson(bytes: Uint8Array, depthMax: number): unknown {
  const text = decoded(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new StrictJsonError('json_malformed', { cause });
  }
  checkParts(text, depthMax);
  return value;
}

function decoded(bytes: Uint8Array): string {
  try {
    const text = fromUtf8(bytes);
    if (!text.startsWith('\uFEFF')) return text;
  } catch (cause) {
    throw new StrictJsonError('json_not_utf8', { cause });
  }
  throw new StrictJsonError('json_not_utf8');
}

/** Walks a text that is known to be JSON, so strings, brackets and numbers are found by how they begin. */
function checkParts(text: string, depthMax: number): void {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : undefined);
      if (open.length > depthMax) throw new StrictJsonError('json_too_deep');
    } else if (character === '}' || character === ']') {
      open.pop();
    } else if (character === '"') {
      const end = endOfString(text, at);
      const names = open.at(-1);
      if (names !== undefined && isName(text, end)) take(names, nameAt(text, at, end));
      at = end - 1;
    } else if (isOfNumber(character!)) {
      const end = endOfNumber(text, at);
      checkNumber(Number(text.slice(at, end)));
      at = end - 1;
    }
  }
}

/** The quote that is escaped by no backslash; after an even number of them it is not escaped. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end + 1;
  }
}

function nameAt(text: string, at: number, end: number): string {
  const quoted = text.slice(at, end);
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}

function isOfNumber(character: string): boolean {
  return (character >= '0' && character <= '9') || character === '-';
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && (isOfNumber(text[at]!) || '+.eE'.includes(text[at]!))) at += 1;
  return at;
}

/** Beyond these a reader with doubles and a reader with whole numbers come to different values. */
function checkNumber(value: number): void {
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) throw new StrictJsonError('json_number_range');
}

function isName(text: string, end: number): boolean {
  let at = end;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1;
  return text[at] === ':';
}

function take(names: Set<string>, name: string): void {
  if (FORBIDDEN_NAMES.has(name)) throw new StrictJsonError('json_forbidden_name');
  if (names.has(name)) throw new StrictJsonError('json_duplicate_name');
  names.add(name);
}
