// SPDX-License-Identifier: Apache-2.0
// JSON of which two readers cannot think differently (RFC 8259 leaves it open): UTF-8 without a byte order mark, no duplicate names, bounded depth,
// and no name that JavaScript gives a meaning to.

import { fromUtf8 } from '../bytes/index.ts';

export class StrictJsonError extends Error {
  override readonly name = 'StrictJsonError';
  readonly code: 'json_malformed' | 'json_not_utf8' | 'json_duplicate_name' | 'json_too_deep' | 'json_forbidden_name';

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
  checkNames(text, depthMax);
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

/** Walks a text that is known to be JSON, so only strings and brackets matter. */
function checkNames(text: string, depthMax: number): void {
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
