// SPDX-License-Identifier: Apache-2.0
// Certificates (RFC 5280 section 4.1). Building gives the bytes to be signed; whoever holds the key signs them, and `assemble…`
// puts the frame around. Parsing says what stands in a certificate; it proves nothing about who signed it (see chain.ts).
import { type Asn1Reader, explicit, integer, raw, readDer, sequence, TAG, time } from '../asn1/index.ts';
import { encodeSignatureAlgorithm, readAlgorithmIdentifier, type SignatureAlgorithm } from '../algorithms/index.ts';
import { sameBytes } from '../bytes/index.ts';
import { X509Error } from './error.ts';
import { type CertificateExtensions, certificateExtensions, readExtensionList } from './extension-read.ts';
import { encodeExtensions, type Extension } from './extension-write.ts';
import { type Name, readName } from './name.ts';
import { assembleSigned, readSigned, type SignedParts } from './signed.ts';

export type CertificateContent = {
  /** Big-endian, 1 to 20 octets, above zero. */
  readonly serialNumber: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
  /** DER Name. */
  readonly issuer: Uint8Array;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** DER Name. */
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  readonly extensions: readonly Extension[];
};

export type Certificate = SignedParts & {
  readonly version: 1 | 3;
  readonly serialNumber: Uint8Array;
  readonly issuer: Name;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly subject: Name;
  readonly spki: Uint8Array;
  readonly extensions: CertificateExtensions;
};

/** The TBSCertificate, version 3: the bytes that the issuer signs. */
export function buildTbsCertificate(content: CertificateContent): Uint8Array<ArrayBuffer> {
  if (!(content.notBeforeMs <= content.notAfterMs)) throw new X509Error('x509_validity', 'ends before it begins');
  return sequence(
    explicit(0, integer(2)),
    integer(checkedSerialNumber(content.serialNumber)),
    encodeSignatureAlgorithm(content.signatureAlgorithm),
    raw(content.issuer),
    sequence(time(content.notBeforeMs), time(content.notAfterMs)),
    raw(content.subject),
    raw(content.spki),
    explicit(3, encodeExtensions(content.extensions)),
  );
}

export function assembleCertificate(tbs: Uint8Array, algorithm: SignatureAlgorithm, signature: Uint8Array): Uint8Array<ArrayBuffer> {
  return assembleSigned(tbs, algorithm, signature);
}

export function parseCertificate(bytes: Uint8Array): Certificate {
  const { parts, fields } = readSigned(readDer(bytes, { sizeBytesMax: 65_536, depthMax: 16, elementsMax: 2000 }));
  const version = readVersion(fields);
  const serialNumber = checkedSerialNumber(fields.integerBytes());
  if (!sameBytes(readAlgorithmIdentifier(fields).encoded, parts.algorithm.encoded))
    throw new X509Error('x509_algorithm_mismatch', 'certificate');
  const issuer = readName(fields);
  const validity = fields.sequence();
  const notBeforeMs = validity.timeMs();
  const notAfterMs = validity.timeMs();
  validity.end();
  const subject = readName(fields);
  const spki = fields.take(TAG.sequence).encoded;
  const extensions = readExtensions(fields, version);
  fields.end();
  return { ...parts, version, serialNumber, issuer, notBeforeMs, notAfterMs, subject, spki, extensions };
}

/** RFC 5280 section 4.1.2.2: above zero, at most 20 octets with the sign. */
export function checkedSerialNumber(serialNumber: Uint8Array): Uint8Array {
  const significant = serialNumber.subarray(serialNumber.findIndex((octet) => octet !== 0));
  const isZero = serialNumber.every((octet) => octet === 0);
  if (isZero || significant.length + (significant[0]! >= 0x80 ? 1 : 0) > 20) throw new X509Error('x509_serial_number', 'range');
  return significant;
}

function readVersion(fields: Asn1Reader): 1 | 3 {
  const tagged = fields.optionalExplicit(0);
  if (tagged === undefined) return 1;
  const number = tagged.integer(2);
  tagged.end();
  if (number !== 2) throw new X509Error('x509_version', 'certificate');
  return 3;
}

function readExtensions(fields: Asn1Reader, version: 1 | 3): CertificateExtensions {
  if (version === 1) return certificateExtensions([]);
  const tagged = fields.optionalExplicit(3);
  if (tagged === undefined) return certificateExtensions([]);
  const list = tagged.sequence();
  tagged.end();
  return certificateExtensions(readExtensionList(list));
}
