// SPDX-License-Identifier: Apache-2.0
// Certification requests, PKCS #10 (RFC 2986). Ours carry no attributes: what a certificate says is decided by who orders it.
import { type Asn1Reader, element, integer, raw, readDer, sequence, TAG } from '../asn1/index.ts';
import type { SignatureAlgorithm } from '../algorithms/index.ts';
import { X509Error } from './error.ts';
import { readExtensionList } from './extension-read.ts';
import type { Extension } from './extension-write.ts';
import { type Name, readName } from './name.ts';
import { assembleSigned, readSigned, signatureClaim, type SignedParts, verifyClaim, type VerifySignature } from './signed.ts';

export type CertificationRequest = SignedParts & {
  readonly subject: Name;
  readonly spki: Uint8Array;
  /** What the requester asks for (RFC 2985 section 5.4.2); a wish, nothing more. */
  readonly requestedExtensions: readonly Extension[];
};

/** The CertificationRequestInfo: the bytes that the key itself signs. */
export function buildCertificationRequestInfo(content: {
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
}): Uint8Array<ArrayBuffer> {
  return sequence(integer(0), raw(content.subject), raw(content.spki), element(0xa0));
}

export function assembleCertificationRequest(
  info: Uint8Array,
  algorithm: SignatureAlgorithm,
  signature: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return assembleSigned(info, algorithm, signature);
}

export function parseCertificationRequest(bytes: Uint8Array): CertificationRequest {
  const { parts, fields } = readSigned(readDer(bytes, { sizeBytesMax: 65_536, depthMax: 16, elementsMax: 2000 }));
  if (fields.integer() !== 0) throw new X509Error('x509_version', 'certification request');
  const subject = readName(fields);
  const spki = fields.take(TAG.sequence).encoded;
  const requestedExtensions = readAttributes(fields.implicit(0, TAG.set).set());
  fields.end();
  return { ...parts, subject, spki, requestedExtensions };
}

/** Proof of possession: the request is signed with the key that it names. */
export function verifyPossession(request: CertificationRequest, verify: VerifySignature): void {
  verifyClaim(signatureClaim(request, request.spki), verify, 'certification request');
}

function readAttributes(attributes: Asn1Reader): Extension[] {
  const seen = new Set<string>();
  let extensions: Extension[] = [];
  while (attributes.left > 0) {
    const attribute = attributes.sequence();
    const type = attribute.oid();
    if (seen.has(type)) throw new X509Error('x509_duplicate_attribute', 'certification request');
    seen.add(type);
    const values = attribute.set();
    attribute.end();
    if (type !== EXTENSION_REQUEST_OID) continue;
    extensions = readExtensionList(values.sequence());
    values.end();
  }
  return extensions;
}

const EXTENSION_REQUEST_OID = '1.2.840.113549.1.9.14';
