// SPDX-License-Identifier: Apache-2.0
// Certificates and what belongs to them, with fixed bytes where keys and signatures stand, so that the same seed gives the same inputs. Nothing here
// verifies: parsers do not ask for that.
import { createHash } from 'node:crypto';
import type { SignatureAlgorithm } from '@sigillo/standards/algorithms';
import {
  assembleCertificate,
  authorityInformationAccess,
  authorityKeyIdentifier,
  basicConstraints,
  buildTbsCertificate,
  certificatePolicies,
  crlDistributionPoints,
  encodeName,
  encodePublicKey,
  extendedKeyUsage,
  type Extension,
  keyUsage,
  ocspNoCheck,
  qcStatements,
  subjectKeyIdentifier,
} from '@sigillo/standards/x509';

export const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** Bytes that look like chance and are not. */
export function filler(length: number, start: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (start + i * 73 + (i >> 3) * 19) & 0xff);
}

export const SPKI_EC: Uint8Array = encodePublicKey({ kind: 'ec', curve: 'P-256', point: Uint8Array.of(4, ...filler(64, 1)) });
export const SPKI_ED: Uint8Array = encodePublicKey({ kind: 'ed25519', key: filler(32, 2) });
export const SPKI_RSA: Uint8Array = encodePublicKey({ kind: 'rsa', modulus: Uint8Array.of(0x9b, ...filler(126, 3), 0x0d), exponent: Uint8Array.of(1, 0, 1) });
export const ES256: SignatureAlgorithm = { scheme: 'ecdsa', hash: 'sha256' };
export const ED: SignatureAlgorithm = { scheme: 'ed25519' };

export const NAME: Uint8Array = encodeName([
  { type: 'countryName', value: 'JP' },
  { type: 'commonName', value: 'Prüfer 承認' },
]);
export const ISSUER: Uint8Array = encodeName([{ type: 'commonName', value: 'Issuing CA' }]);

export function sampleCertificate(change: { readonly extensions?: readonly Extension[]; readonly algorithm?: SignatureAlgorithm; readonly spki?: Uint8Array } = {}): Uint8Array {
  const algorithm = change.algorithm ?? ES256;
  const tbs = buildTbsCertificate({
    serialNumber: filler(16, 0x5a),
    signatureAlgorithm: algorithm,
    issuer: ISSUER,
    notBeforeMs: Date.UTC(2026, 0, 1),
    notAfterMs: Date.UTC(2056, 0, 1),
    subject: change.spki === undefined ? NAME : ISSUER,
    spki: change.spki ?? SPKI_EC,
    extensions: change.extensions ?? [keyUsage('contentCommitment'), subjectKeyIdentifier(filler(20, 7))],
  });
  return assembleCertificate(tbs, algorithm, filler(70, 9));
}

export const CERTIFICATES: readonly Uint8Array[] = [
  sampleCertificate(),
  sampleCertificate({ spki: SPKI_RSA, extensions: [basicConstraints({ ca: true, pathLength: 0 }), keyUsage('keyCertSign', 'crlSign')] }),
  sampleCertificate({ algorithm: ED, spki: SPKI_ED, extensions: [extendedKeyUsage('timeStamping'), ocspNoCheck(), authorityKeyIdentifier(filler(20, 8))] }),
  sampleCertificate({ algorithm: ED, spki: SPKI_ED, extensions: [certificatePolicies({ oid: '2.999.1.7', practiceStatementUrl: 'http://a/' }), crlDistributionPoints('http://c/')] }),
  sampleCertificate({ algorithm: ED, spki: SPKI_ED, extensions: [authorityInformationAccess({ ocsp: ['http://o/'], caIssuers: ['http://c/'] }), qcStatements({ compliance: true, types: ['esign'] })] }),
];
