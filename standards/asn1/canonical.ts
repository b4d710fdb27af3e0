// SPDX-License-Identifier: Apache-2.0
// Whether an element is the one that the DER writer would have written for its value. Types that no structure of this house
// has (REAL, EXTERNAL, GraphicString and the like) are not let in at all.
import { compareBytes, fromUtf8, sameBytes } from '../bytes/index.ts';
import type { Asn1Element } from './element.ts';
import { oidText } from './oid.ts';
import { TAG } from './tags.ts';
import { parseTimeText } from './time.ts';
import { header } from './write.ts';

export function isCanonical(item: Asn1Element): boolean {
  const headerEnd = item.encoded.length - item.content.length;
  if (!sameBytes(item.encoded.subarray(0, headerEnd), header(item.encoded[0]!, item.content.length))) return false;
  return hasCanonicalContent(item);
}

/** The same without the header, for a type that is known although the tag does not show it. */
export function hasCanonicalContent(item: Asn1Element): boolean {
  if (item.tag >= 0x80) return true;
  const check = CHECKS.get(item.tag);
  return check !== undefined && check(item.content, item);
}

type Check = (content: Uint8Array, item: Asn1Element) => boolean;

const CHECKS: ReadonlyMap<number, Check> = new Map<number, Check>([
  [TAG.boolean, (content) => content.length === 1 && (content[0] === 0 || content[0] === 0xff)],
  [TAG.integer, isShortestInteger],
  [TAG.enumerated, isShortestInteger],
  [TAG.bitString, isBitString],
  [TAG.octetString, () => true],
  [TAG.null, (content) => content.length === 0],
  [TAG.oid, (content) => oidText(content) !== null],
  [TAG.utf8String, isUtf8],
  [TAG.numericString, (content) => content.every((octet) => octet === 0x20 || (octet >= 0x30 && octet <= 0x39))],
  [TAG.printableString, isPrintable],
  [TAG.teletexString, () => true],
  [TAG.ia5String, (content) => content.every((octet) => octet < 0x80)],
  [TAG.visibleString, (content) => content.every((octet) => octet >= 0x20 && octet < 0x7f)],
  [TAG.universalString, (content) => content.length % 4 === 0],
  [TAG.bmpString, (content) => content.length % 2 === 0],
  [TAG.utcTime, (content) => parseTimeText(latin1(content), 'utc') !== null],
  [TAG.generalizedTime, (content) => parseTimeText(latin1(content), 'generalized') !== null],
  [TAG.sequence, () => true],
  [TAG.set, isSorted],
]);

function isShortestInteger(content: Uint8Array): boolean {
  if (content.length < 2) return content.length === 1;
  return !(content[0] === 0 && content[1]! < 0x80) && !(content[0] === 0xff && content[1]! >= 0x80);
}

function isBitString(content: Uint8Array): boolean {
  const unused = content[0];
  if (unused === undefined || unused > 7) return false;
  if (content.length === 1) return unused === 0;
  return (content.at(-1)! & ((1 << unused) - 1)) === 0;
}

function isUtf8(content: Uint8Array): boolean {
  try {
    fromUtf8(content);
    return true;
  } catch {
    return false;
  }
}

function isPrintable(content: Uint8Array): boolean {
  return /^[A-Za-z0-9 '()+,./:=?-]*$/.test(latin1(content));
}

function isSorted(_content: Uint8Array, item: Asn1Element): boolean {
  return item.children.every((child, i) => i === 0 || compareBytes(item.children[i - 1]!.encoded, child.encoded) <= 0);
}

export function latin1(content: Uint8Array): string {
  let text = '';
  for (const octet of content) text += String.fromCharCode(octet);
  return text;
}
