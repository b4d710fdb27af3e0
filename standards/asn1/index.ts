// SPDX-License-Identifier: Apache-2.0
// ASN.1 in DER (X.690). Writing is ours, one small function for each type. Reading stands on the library `asn1js`, with a thin
// typed reader that lets in only what the writer would have written: shortest lengths, sorted sets, nothing after the end,
// bounded size, depth and count. Times are milliseconds since 1970.
export { Asn1Error, type Asn1ErrorCode } from './error.ts';
export { TAG, contextConstructed, contextPrimitive } from './tags.ts';
export { oidContent, oidText } from './oid.ts';
export {
  bitString,
  boolean,
  element,
  elementLength,
  enumerated,
  explicit,
  generalizedTime,
  generalizedTimeExact,
  ia5,
  ia5String,
  implicit,
  integer,
  namedBits,
  nullValue,
  octetString,
  oid,
  printableString,
  raw,
  retag,
  sequence,
  setOf,
  time,
  utf8String,
} from './write.ts';
export type { Asn1Element, Asn1Limits } from './element.ts';
export { Asn1Reader, readBer, readDer } from './read.ts';
