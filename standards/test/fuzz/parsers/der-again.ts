// SPDX-License-Identifier: Apache-2.0
// A second reader of BER that knows nothing of the first, and writes what it read as DER (X.690 sections 10 and 11): shortest lengths, whole numbers
// without needless octets, TRUE as ff, sets in order, unused bits zero. What the first reader takes as DER must come out as it went in.
import { compareBytes, concat } from '@sigillo/standards/bytes';

export function derAgain(bytes: Uint8Array): Uint8Array {
  const { encoded, end } = element(bytes, 0);
  if (end !== bytes.length) throw new SyntaxError('bytes after the element');
  return encoded;
}

function element(bytes: Uint8Array, start: number): { readonly encoded: Uint8Array; readonly end: number } {
  const tag = bytes[start]!;
  const { length, from } = lengthOf(bytes, start + 1);
  const end = from + length;
  if (end > bytes.length || (tag & 31) === 31) throw new SyntaxError('cut off, or a tag of several octets');
  const content = bytes.subarray(from, end);
  return { encoded: written(tag, (tag & 0x20) === 0 ? primitive(tag, content) : constructed(tag, content)), end };
}

function lengthOf(bytes: Uint8Array, at: number): { readonly length: number; readonly from: number } {
  const first = bytes[at]!;
  if (first < 0x80) return { length: first, from: at + 1 };
  let length = 0;
  for (let i = 1; i <= (first & 0x7f); i++) length = length * 256 + bytes[at + i]!;
  return { length, from: at + 1 + (first & 0x7f) };
}

function constructed(tag: number, content: Uint8Array): Uint8Array {
  const children: Uint8Array[] = [];
  for (let at = 0; at < content.length; ) {
    const { encoded, end } = element(content, at);
    children.push(encoded);
    at = end;
  }
  return concat(...(tag === 0x31 ? children.sort(compareBytes) : children));
}

function primitive(tag: number, content: Uint8Array): Uint8Array {
  if (tag === 1) return Uint8Array.of(content.some((octet) => octet !== 0) ? 0xff : 0);
  if (tag === 2 || tag === 10) return shortest(content);
  if (tag === 3 && content.length > 1) return concat(content.subarray(0, -1), Uint8Array.of(content.at(-1)! & (0xff << content[0]!)));
  return content;
}

function shortest(content: Uint8Array): Uint8Array {
  let start = 0;
  while (start < content.length - 1 && ((content[start] === 0 && content[start + 1]! < 0x80) || (content[start] === 0xff && content[start + 1]! >= 0x80))) start += 1;
  return content.subarray(start);
}

function written(tag: number, content: Uint8Array): Uint8Array {
  const octets: number[] = [];
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  const head = content.length < 0x80 ? [tag, content.length] : [tag, 0x80 | octets.length, ...octets];
  return concat(Uint8Array.from(head), content);
}
