// SPDX-License-Identifier: Apache-2.0
import { type Asn1Reader, oid, sequence, setOf } from '../asn1/index.ts';
import { CmsError } from './error.ts';

export function encodeAttribute(type: string, ...values: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return sequence(oid(type), setOf(...values));
}

/** SET OF Attribute as type and values; a type that comes twice is refused (RFC 5652 section 11 for those that matter). */
export function readAttributes(set: Asn1Reader): Map<string, Asn1Reader> {
  const attributes = new Map<string, Asn1Reader>();
  while (set.left > 0) {
    const attribute = set.sequence();
    const type = attribute.oid();
    if (attributes.has(type)) throw new CmsError('cms_attribute_duplicate');
    attributes.set(type, attribute.set());
    attribute.end();
  }
  return attributes;
}

/** The only value of an attribute that must be there. */
export function onlyValue<T>(attributes: ReadonlyMap<string, Asn1Reader>, type: string, read: (value: Asn1Reader) => T): T {
  const values = attributes.get(type);
  if (values === undefined) throw new CmsError('cms_attribute_missing');
  if (values.left !== 1) throw new CmsError('cms_attribute_values');
  return read(values);
}
