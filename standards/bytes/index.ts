// SPDX-License-Identifier: Apache-2.0
// Bytes and their spellings. Each reader accepts exactly one spelling of a value and throws on every other.

/** Why some text is not a spelling of bytes. */
export class SpellingError extends Error {
  override readonly name = 'SpellingError';
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether two public values are the same bytes. Not for secrets: the time it takes depends on where they differ. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Byte order as unsigned numbers, shorter first where one is the start of the other: the order of RFC 8949 section 4.2.1. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The spellings that newer engines bring along; what they give is what the code below gives, sooner. */
interface Spelling {
  toHex?(): string;
  toBase64?(options?: { readonly alphabet: 'base64url'; readonly omitPadding: true }): string;
}

interface Spellings {
  fromHex?(text: string): Uint8Array<ArrayBuffer>;
  fromBase64?(text: string, options: { readonly alphabet: 'base64' | 'base64url'; readonly lastChunkHandling: 'strict' }): Uint8Array<ArrayBuffer>;
}
const spellings = Uint8Array as Spellings;

export function toHex(bytes: Uint8Array): string {
  const own = (bytes as Spelling).toHex?.();
  if (own !== undefined) return own;
  let text = '';
  for (const byte of bytes) text += HEX[byte]!;
  return text;
}

/** Lower-case hexadecimal digits, two for each byte. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 2 !== 0 || /[^0-9a-f]/.test(text)) throw new SpellingError('not lower-case hexadecimal');
  const own = spellings.fromHex?.(text);
  if (own !== undefined) return own;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** RFC 4648 section 4, with padding and without line breaks. */
export function toBase64(bytes: Uint8Array): string {
  const own = (bytes as Spelling).toBase64?.();
  if (own !== undefined) return own;
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

/** RFC 4648 section 4; refuses missing padding, white space and unused bits that are not zero. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new SpellingError('not base64');
  if (spellings.fromBase64 !== undefined) return strictBase64(text, 'base64');
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  if (text.endsWith('=') && toBase64(bytes.subarray(bytes.length - (bytes.length % 3))) !== text.slice(-4)) throw new SpellingError('not base64');
  return bytes;
}

function strictBase64(text: string, alphabet: 'base64' | 'base64url'): Uint8Array<ArrayBuffer> {
  try {
    return spellings.fromBase64!(text, { alphabet, lastChunkHandling: 'strict' });
  } catch {
    throw new SpellingError(`not ${alphabet}`);
  }
}

/** By how many characters the last group has. */
const PADDING = ['', '', '==', '='] as const;

/** RFC 4648 section 5, without padding. */
export function toBase64url(bytes: Uint8Array): string {
  const own = (bytes as Spelling).toBase64?.({ alphabet: 'base64url', omitPadding: true });
  if (own !== undefined) return own;
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** RFC 4648 section 5, without padding; refuses unused bits that are not zero. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  if (/[^A-Za-z0-9_-]/.test(text) || text.length % 4 === 1) throw new SpellingError('not base64url');
  const padded = text + PADDING[text.length % 4]!;
  if (spellings.fromBase64 !== undefined) return strictBase64(padded, 'base64url');
  return fromBase64(padded.replaceAll('-', '+').replaceAll('_', '/'));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Well-formed UTF-8 only; a byte order mark is kept as the character it is. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new SpellingError('not UTF-8');
  }
}
