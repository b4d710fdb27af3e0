// SPDX-License-Identifier: Apache-2.0
// Extensions, one function each, with the criticality that RFC 5280 section 4.2 (or the document named) asks for.
import {
  boolean,
  explicit,
  ia5,
  ia5String,
  implicit,
  integer,
  namedBits,
  nullValue,
  octetString,
  oid,
  element,
  printableString,
  sequence,
} from '../asn1/index.ts';
import { X509Error } from './error.ts';
import {
  ACCESS_OID,
  EXTENSION_OID,
  KEY_USAGE_BITS,
  type KeyPurpose,
  KEY_PURPOSE_OID,
  type KeyUsage,
  QC_OID,
  type QcType,
} from './extension-table.ts';

export type Extension = { readonly oid: string; readonly critical: boolean; readonly value: Uint8Array };

export function keyUsage(...usages: readonly KeyUsage[]): Extension {
  return { oid: EXTENSION_OID.keyUsage, critical: true, value: namedBits(usages.map((usage) => KEY_USAGE_BITS.indexOf(usage))) };
}

export function basicConstraints(
  constraint: { readonly ca: false } | { readonly ca: true; readonly pathLength: number | null },
): Extension {
  const fields = constraint.ca ? [boolean(true), ...(constraint.pathLength === null ? [] : [integer(constraint.pathLength)])] : [];
  return { oid: EXTENSION_OID.basicConstraints, critical: true, value: sequence(...fields) };
}

export function subjectKeyIdentifier(identifier: Uint8Array): Extension {
  return { oid: EXTENSION_OID.subjectKeyIdentifier, critical: false, value: octetString(identifier) };
}

export function authorityKeyIdentifier(identifier: Uint8Array): Extension {
  return { oid: EXTENSION_OID.authorityKeyIdentifier, critical: false, value: sequence(implicit(0, octetString(identifier))) };
}

/** Policies, each with the address of its practice statement where there is one. */
export function certificatePolicies(...policies: readonly { readonly oid: string; readonly practiceStatementUrl?: string }[]): Extension {
  const encode = (policy: (typeof policies)[number]): Uint8Array => {
    if (policy.practiceStatementUrl === undefined) return sequence(oid(policy.oid));
    return sequence(oid(policy.oid), sequence(sequence(oid(CPS_QUALIFIER_OID), ia5String(policy.practiceStatementUrl))));
  };
  return { oid: EXTENSION_OID.certificatePolicies, critical: false, value: sequence(...policies.map(encode)) };
}

export function authorityInformationAccess(urls: { readonly ocsp?: readonly string[]; readonly caIssuers?: readonly string[] }): Extension {
  const descriptions = [
    ...(urls.ocsp ?? []).map((url) => sequence(oid(ACCESS_OID.ocsp), uri(url))),
    ...(urls.caIssuers ?? []).map((url) => sequence(oid(ACCESS_OID.caIssuers), uri(url))),
  ];
  return { oid: EXTENSION_OID.authorityInformationAccess, critical: false, value: sequence(...descriptions) };
}

/** One distribution point with all these addresses of the same list. */
export function crlDistributionPoints(...urls: readonly string[]): Extension {
  const point = sequence(explicit(0, element(0xa0, ...urls.map(uri))));
  return { oid: EXTENSION_OID.crlDistributionPoints, critical: false, value: sequence(point) };
}

/** Time-stamping units have it critical and alone (RFC 3161 section 2.3). */
export function extendedKeyUsage(...purposes: readonly KeyPurpose[]): Extension {
  const critical = purposes.includes('timeStamping');
  if (critical && purposes.length > 1) throw new X509Error('x509_extension', 'extendedKeyUsage: timeStamping stands alone');
  return { oid: EXTENSION_OID.extendedKeyUsage, critical, value: sequence(...purposes.map((purpose) => oid(KEY_PURPOSE_OID[purpose]))) };
}

/** RFC 6960 section 4.2.2.2.1: nobody asks about this responder's own certificate, so it lives briefly. */
export function ocspNoCheck(): Extension {
  return { oid: EXTENSION_OID.ocspNoCheck, critical: false, value: nullValue() };
}

/** ETSI EN 319 412-5. Only a qualified provider may state compliance or a qualified device. */
export function qcStatements(statements: {
  readonly compliance?: true;
  readonly qualifiedDevice?: true;
  readonly types?: readonly QcType[];
  readonly disclosures?: readonly { readonly url: string; readonly language: string }[];
}): Extension {
  const items: Uint8Array[] = [];
  if (statements.compliance) items.push(sequence(oid(QC_OID.compliance)));
  if (statements.qualifiedDevice) items.push(sequence(oid(QC_OID.qualifiedDevice)));
  if (statements.types?.length) items.push(sequence(oid(QC_OID.type), sequence(...statements.types.map((type) => oid(QC_OID[type])))));
  if (statements.disclosures?.length) {
    const locations = statements.disclosures.map(({ url, language }) => sequence(ia5String(url), printableString(language)));
    items.push(sequence(oid(QC_OID.disclosure), sequence(...locations)));
  }
  return { oid: EXTENSION_OID.qcStatements, critical: false, value: sequence(...items) };
}

/** cRLNumber, RFC 5280 section 5.2.3. */
export function crlNumber(number: number | bigint): Extension {
  return { oid: EXTENSION_OID.crlNumber, critical: false, value: integer(number) };
}

/** The SEQUENCE OF Extension; a type that comes twice is refused (RFC 5280 section 4.2). */
export function encodeExtensions(extensions: readonly Extension[]): Uint8Array<ArrayBuffer> {
  const types = new Set(extensions.map((extension) => extension.oid));
  if (types.size !== extensions.length) throw new X509Error('x509_duplicate_extension', 'to be written');
  return sequence(...extensions.map(encodeExtension));
}

export function encodeExtension({ oid: type, critical, value }: Extension): Uint8Array<ArrayBuffer> {
  return critical ? sequence(oid(type), boolean(true), octetString(value)) : sequence(oid(type), octetString(value));
}

/** GeneralName uniformResourceIdentifier. */
function uri(url: string): Uint8Array {
  if (!URL.canParse(url)) throw new X509Error('x509_extension', 'not an absolute URL');
  return element(0x86, ia5(url));
}

const CPS_QUALIFIER_OID = '1.3.6.1.5.5.7.2.1';
