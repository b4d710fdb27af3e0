// SPDX-License-Identifier: Apache-2.0
// The keys and names of this CA: a root, which signs its own list and the issuing CA; the issuing CA, which signs everything else and answers OCSP itself.
import type { SignatureAlgorithm } from '@sigillo/standards/algorithms';
import {
  assembleCertificate,
  authorityInformationAccess,
  authorityKeyIdentifier,
  basicConstraints,
  buildTbsCertificate,
  crlDistributionPoints,
  encodeName,
  keyIdentifier,
  keyUsage,
  subjectKeyIdentifier,
  type CertificateContent,
  type Extension,
} from '@sigillo/standards/x509';
import { sha256 } from '@sigillo/wire';

export type CaKey = 'root' | 'issuing';
export const CA_ALGORITHM: SignatureAlgorithm = { scheme: 'ecdsa', hash: 'sha256' };

/** Signs with one of the CA's keys. */
export type SignAs = (key: CaKey, message: Uint8Array) => Promise<Uint8Array> | Uint8Array;

export const ROOT_NAME = encodeName([
  { type: 'organizationName', value: 'Sigillo' },
  { type: 'commonName', value: 'Sigillo root' },
]);
export const ISSUING_NAME = encodeName([
  { type: 'organizationName', value: 'Sigillo' },
  { type: 'commonName', value: 'Sigillo issuing CA' },
]);

/** Where others find what they need about certificates of this issuer. */
export function statusAddresses(baseUrl: string, issuer: CaKey): readonly Extension[] {
  const ocsp = issuer === 'issuing' ? { ocsp: [`${baseUrl}/ocsp`] } : {};
  return [authorityInformationAccess({ ...ocsp, caIssuers: [`${baseUrl}/${issuer}.der`] }), crlDistributionPoints(`${baseUrl}/${issuer}.crl`)];
}

/** Extensions of a CA certificate: it signs certificates and lists, and (the issuing one) OCSP responses (RFC 6960 section 4.2.2.2). */
export function caExtensions(spki: Uint8Array, authoritySpki: Uint8Array, pathLength: number): readonly Extension[] {
  return [
    basicConstraints({ ca: true, pathLength }),
    keyUsage('digitalSignature', 'keyCertSign', 'crlSign'),
    subjectKeyIdentifier(keyIdentifier(spki, sha256)),
    authorityKeyIdentifier(keyIdentifier(authoritySpki, sha256)),
  ];
}

/** Signs a certificate as the given CA key. */
export async function issueAs(signAs: SignAs, key: CaKey, content: Omit<CertificateContent, 'signatureAlgorithm' | 'issuer'>): Promise<Uint8Array> {
  const tbs = buildTbsCertificate({ ...content, signatureAlgorithm: CA_ALGORITHM, issuer: key === 'root' ? ROOT_NAME : ISSUING_NAME });
  return assembleCertificate(tbs, CA_ALGORITHM, await signAs(key, tbs));
}

const SERIAL_NUMBER_BYTES = 18;

/** Random, positive, never shorter: RFC 5280 section 4.1.2.2 allows 20 octets. */
export function newSerialNumber(random: (length: number) => Uint8Array): Uint8Array {
  const serial = Uint8Array.from(random(SERIAL_NUMBER_BYTES));
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  return serial;
}
