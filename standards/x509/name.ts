// SPDX-License-Identifier: Apache-2.0
// Distinguished names. Written: one attribute in each RDN, in the order given. Read: any. Compared: byte by byte, as the DER that
// stands in the certificates; RFC 5280 section 7.1 lets more names be equal, and none of those is needed here.
import { type Asn1Reader, oid, printableString, readDer, sequence, setOf, TAG, utf8String } from '../asn1/index.ts';
import { sameBytes, toHex } from '../bytes/index.ts';
import { ATTRIBUTE_TYPES, ATTRIBUTES, type AttributeType } from './attribute.ts';
import { X509Error } from './error.ts';

export type NameAttribute = { readonly type: AttributeType; readonly value: string };

/** An attribute as read: `type` is null for one that is not in the table. */
export type ReadNameAttribute = {
  readonly type: AttributeType | null;
  readonly oid: string;
  readonly value: string;
  readonly encodedValue: Uint8Array;
};

export type Name = {
  readonly encoded: Uint8Array;
  readonly rdns: readonly (readonly ReadNameAttribute[])[];
};

export function encodeName(attributes: readonly NameAttribute[]): Uint8Array<ArrayBuffer> {
  return sequence(...attributes.map((attribute) => setOf(sequence(oid(ATTRIBUTES[attribute.type].oid), encodeValue(attribute)))));
}

export function parseName(bytes: Uint8Array): Name {
  return readName(readDer(bytes, { sizeBytesMax: 16_384, depthMax: 5, elementsMax: 512 }));
}

export function readName(reader: Asn1Reader): Name {
  const { encoded } = reader.peek(TAG.sequence);
  const rdns = reader.sequence().all((names) => readRdn(names.set()));
  return { encoded, rdns };
}

/** All values of one type, in order. */
export function nameValues(name: Name, type: AttributeType): string[] {
  return name.rdns.flat().flatMap((attribute) => (attribute.type === type ? [attribute.value] : []));
}

export function sameName(a: Name, b: Name): boolean {
  return sameBytes(a.encoded, b.encoded);
}

/** RFC 4514: last RDN first; types without a keyword there as dotted identifier with `#` and the hexadecimal DER of the value. */
export function nameToString(name: Name): string {
  return name.rdns
    .map((rdn) => rdn.map(attributeToString).join('+'))
    .reverse()
    .join(',');
}

function readRdn(set: Asn1Reader): ReadNameAttribute[] {
  if (set.left === 0) throw new X509Error('x509_name', 'empty RDN');
  return set.all((values) => readAttribute(values.sequence()));
}

function readAttribute(pair: Asn1Reader): ReadNameAttribute {
  const type = pair.oid();
  const encodedValue = pair.peek().encoded;
  const value = pair.text();
  pair.end();
  return { type: ATTRIBUTE_TYPES.find((known) => ATTRIBUTES[known].oid === type) ?? null, oid: type, value, encodedValue };
}

function encodeValue({ type, value }: NameAttribute): Uint8Array {
  const { form, charactersMax } = ATTRIBUTES[type];
  const characters = Array.from(value).length;
  if (characters === 0 || characters > charactersMax) throw new X509Error('x509_name', `${type}: length`);
  // oxlint-disable-next-line no-control-regex -- a control character in a name could only mislead whoever reads it.
  if (!value.isWellFormed() || /[\u0000-\u001f\u007f-\u009f]/.test(value)) throw new X509Error('x509_name', `${type}: characters`);
  if (type === 'countryName' && !/^[A-Z]{2}$/.test(value)) throw new X509Error('x509_name', 'countryName: ISO 3166-1 alpha-2');
  if (form === 'utf8') return utf8String(value);
  if (!/^[A-Za-z0-9 '()+,./:=?-]+$/.test(value)) throw new X509Error('x509_name', `${type}: characters`);
  return printableString(value);
}

function attributeToString(attribute: ReadNameAttribute): string {
  const keyword = attribute.type === null ? null : ATTRIBUTES[attribute.type].keyword;
  if (keyword === null) return `${attribute.oid}=#${toHex(attribute.encodedValue)}`;
  return `${keyword}=${escapeValue(attribute.value)}`;
}

/**
 * RFC 4514 section 2.4. A backslash and spaces at the ends are written as hexadecimal pairs: equally right, and Java's X500Principal
 * misreads `\\` before a comma and an escaped space.
 */
function escapeValue(value: string): string {
  return value
    .replaceAll('\\', String.raw`\5C`)
    .replaceAll(/["+,;<>]/g, String.raw`\$&`)
    .replaceAll('\u0000', String.raw`\00`)
    .replace(/^#/, String.raw`\#`)
    .replaceAll(/^ | $/g, String.raw`\20`);
}
