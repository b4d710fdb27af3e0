// SPDX-License-Identifier: Apache-2.0
// The signed attributes of the house: content type, message digest and signing certificate, these three and no other. Encoded as
// a DER SET they are the data to be signed; the same bytes with the tag [0] stand in the SignerInfo (RFC 5652 section 5.4).
import { octetString, oid, readDer, retag, setOf, TAG } from '../asn1/index.ts';
import type { HashAlgorithm } from '../algorithms/index.ts';
import { encodeAttribute, onlyValue, readAttributes } from './attribute.ts';
import { CmsError } from './error.ts';
import { ATTRIBUTE } from './object-identifiers.ts';
import {
  encodeSigningCertificateV2,
  readFirstSigningCertificate,
  readSigningCertificateV2,
  type SigningCertificateV2,
} from './signing-certificate.ts';

export type SignedAttributes = {
  /** Object identifier, `CONTENT_TYPE.data` for a document. */
  readonly contentType: string;
  readonly messageDigest: Uint8Array;
  readonly signingCertificateV2: SigningCertificateV2;
};

/** What the attributes of others must have for us to go on: RFC 5652 section 5.3 and RFC 5816 section 2.2.1. */
export type ForeignSignedAttributes = {
  readonly contentType: string;
  readonly messageDigest: Uint8Array;
  readonly signingCertificate: { readonly hashAlgorithm: HashAlgorithm | 'sha1'; readonly certHash: Uint8Array };
};

/** The DER SET OF Attribute: these bytes, hashed, are the DTBS/R. */
export function encodeSignedAttributes(attributes: SignedAttributes): Uint8Array<ArrayBuffer> {
  return setOf(
    encodeAttribute(ATTRIBUTE.contentType, oid(attributes.contentType)),
    encodeAttribute(ATTRIBUTE.messageDigest, octetString(attributes.messageDigest)),
    encodeAttribute(ATTRIBUTE.signingCertificateV2, encodeSigningCertificateV2(attributes.signingCertificateV2)),
  );
}

/** Exactly the three attributes in DER, each once with one value; anything else is refused. */
export function parseSignedAttributes(set: Uint8Array): SignedAttributes {
  const outer = readDer(set, { sizeBytesMax: 4096, depthMax: 14, elementsMax: 200 });
  const attributes = readAttributes(outer.set());
  const result = {
    contentType: onlyValue(attributes, ATTRIBUTE.contentType, (value) => value.oid()),
    messageDigest: onlyValue(attributes, ATTRIBUTE.messageDigest, (value) => value.octetString()),
    signingCertificateV2: onlyValue(attributes, ATTRIBUTE.signingCertificateV2, readSigningCertificateV2),
  };
  if (attributes.size !== 3) throw new CmsError('cms_attribute_not_allowed');
  return result;
}

/** What others signed, a time-stamping authority for instance: further attributes are passed over. */
export function parseForeignSignedAttributes(set: Uint8Array): ForeignSignedAttributes {
  const attributes = readAttributes(readDer(set, { sizeBytesMax: 16_384, depthMax: 20, elementsMax: 1000 }).set());
  const version = attributes.has(ATTRIBUTE.signingCertificateV2) ? 2 : 1;
  const type = version === 2 ? ATTRIBUTE.signingCertificateV2 : ATTRIBUTE.signingCertificate;
  return {
    contentType: onlyValue(attributes, ATTRIBUTE.contentType, (value) => value.oid()),
    messageDigest: onlyValue(attributes, ATTRIBUTE.messageDigest, (value) => value.octetString()),
    signingCertificate: onlyValue(attributes, type, (value) => readFirstSigningCertificate(value, version)),
  };
}

/** From SET, as signed, to [0], as embedded. */
export function toEmbeddedAttributes(set: Uint8Array): Uint8Array<ArrayBuffer> {
  if (set[0] !== TAG.set) throw new CmsError('cms_attribute_values');
  return retag(set, 0xa0);
}
