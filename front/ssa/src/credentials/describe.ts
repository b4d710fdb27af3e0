// SPDX-License-Identifier: Apache-2.0
// A signing key in the words of `credentials/info` (CSC API v2.0.0.2 section 11.5). Nothing is null; what clients in the field need is
// always there.
import type { Credential } from '@sigillo/doors/sam';
import { CURVES } from '@sigillo/standards/algorithms';
import { toBase64, toHex } from '@sigillo/standards/bytes';
import { type Certificate, keyKindOf, nameToString, parseCertificate, parsePublicKey } from '@sigillo/standards/x509';

export type CertificatesWanted = 'none' | 'single' | 'chain';

export interface DescribeOptions {
  readonly certificates: CertificatesWanted;
  readonly nowSeconds: number;
  /** The label may be personal: it is for the signer's own applications. */
  readonly withLabel: boolean;
}

export function describeCredential(credential: Credential, options: DescribeOptions): Readonly<Record<string, unknown>> {
  const certificate = parseCertificate(credential.chain[0]!);
  return {
    ...(options.withLabel ? { description: credential.label } : {}),
    key: { status: isUsable(credential, options.nowSeconds) ? 'enabled' : 'disabled', algo: credential.signatureAlgorithms, ...keySize(certificate) },
    cert: {
      status: certificateStatus(credential, certificate, options.nowSeconds),
      ...certificatesOf(credential, options.certificates),
      issuerDN: nameToString(certificate.issuer),
      serialNumber: toHex(certificate.serialNumber),
      subjectDN: nameToString(certificate.subject),
      validFrom: timeText(certificate.notBeforeMs),
      validTo: timeText(certificate.notAfterMs),
    },
    auth: { mode: 'oauth2code', objects: [] },
    SCAL: String(credential.level.soleControlLevel),
    multisign: credential.signaturesMax,
    lang: 'en',
  };
}

/** Whether the key may sign now. */
export function isUsable(credential: Credential, nowSeconds: number): boolean {
  const certificate = parseCertificate(credential.chain[0]!);
  return credential.state === 'active' && nowSeconds * 1000 >= certificate.notBeforeMs && nowSeconds * 1000 <= certificate.notAfterMs;
}

/** A suspended key is disabled; its certificate says nothing of that. */
function certificateStatus(credential: Credential, certificate: Certificate, nowSeconds: number): 'valid' | 'expired' | 'revoked' {
  if (credential.state === 'revoked') return 'revoked';
  return nowSeconds * 1000 > certificate.notAfterMs ? 'expired' : 'valid';
}

function keySize(certificate: Certificate): { readonly len: number; readonly curve?: string } {
  const kind = keyKindOf(parsePublicKey(certificate.spki));
  switch (kind.kind) {
    case 'ec':
      return { len: CURVES[kind.curve].fieldBytes * 8, curve: CURVES[kind.curve].oid };
    case 'rsa':
      return { len: kind.modulusBits };
    case 'ed25519':
      return { len: 256 };
    case 'ml-dsa-65':
      return { len: 1952 * 8 };
  }
}

function certificatesOf(credential: Credential, wanted: CertificatesWanted): { readonly certificates?: readonly string[] } {
  switch (wanted) {
    case 'none':
      return {};
    case 'single':
      return { certificates: [toBase64(credential.chain[0]!)] };
    case 'chain':
      return { certificates: credential.chain.map(toBase64) };
  }
}

/** GeneralizedTime as the CSC API writes it: YYYYMMDDHHMMSSZ. */
function timeText(ms: number): string {
  return `${new Date(ms).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`;
}
