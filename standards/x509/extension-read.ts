// SPDX-License-Identifier: Apache-2.0
// Extensions, read. Each type at most once. What is not known stays as it is and, if critical, is listed, so that whoever relies
// on the certificate refuses it (RFC 5280 section 4.2).
import { type Asn1Reader, readDer, TAG } from '../asn1/index.ts';
import { fromUtf8 } from '../bytes/index.ts';
import { X509Error } from './error.ts';
import { ACCESS_OID, EXTENSION_OID, KEY_USAGE_BITS, type KeyUsage } from './extension-table.ts';
import type { Extension } from './extension-write.ts';

export type CertificateExtensions = {
  readonly all: readonly Extension[];
  readonly keyUsage: ReadonlySet<KeyUsage> | null;
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | null } | null;
  readonly subjectKeyIdentifier: Uint8Array | null;
  readonly authorityKeyIdentifier: Uint8Array | null;
  readonly certificatePolicies: readonly string[];
  readonly extendedKeyUsage: { readonly critical: boolean; readonly purposes: readonly string[] } | null;
  readonly ocspUrls: readonly string[];
  readonly caIssuersUrls: readonly string[];
  readonly crlUrls: readonly string[];
  readonly ocspNoCheck: boolean;
  readonly qcStatements: readonly string[];
  /** Critical ones that this reader gives no meaning to. */
  readonly unknownCritical: readonly string[];
};

/** SEQUENCE OF Extension; empty ones and types that come twice are refused. */
export function readExtensionList(list: Asn1Reader): Extension[] {
  const extensions = list.all((reader) => readExtension(reader.sequence()));
  if (extensions.length === 0) throw new X509Error('x509_extension', 'empty list');
  if (new Set(extensions.map(({ oid }) => oid)).size !== extensions.length) throw new X509Error('x509_duplicate_extension', 'read');
  return extensions;
}

export function certificateExtensions(all: readonly Extension[]): CertificateExtensions {
  const access = value(all, EXTENSION_OID.authorityInformationAccess, readAccess);
  return {
    all,
    keyUsage: value(all, EXTENSION_OID.keyUsage, readKeyUsage) ?? null,
    basicConstraints: value(all, EXTENSION_OID.basicConstraints, readBasicConstraints) ?? null,
    subjectKeyIdentifier: value(all, EXTENSION_OID.subjectKeyIdentifier, (reader) => reader.octetString()) ?? null,
    authorityKeyIdentifier: value(all, EXTENSION_OID.authorityKeyIdentifier, readAuthorityKeyIdentifier) ?? null,
    certificatePolicies: value(all, EXTENSION_OID.certificatePolicies, readFirstOids) ?? [],
    extendedKeyUsage: readExtendedKeyUsage(all),
    ocspUrls: access?.ocsp ?? [],
    caIssuersUrls: access?.caIssuers ?? [],
    crlUrls: value(all, EXTENSION_OID.crlDistributionPoints, readCrlUrls) ?? [],
    ocspNoCheck: value(all, EXTENSION_OID.ocspNoCheck, (reader) => reader.null() === null) ?? false,
    qcStatements: value(all, EXTENSION_OID.qcStatements, readFirstOids) ?? [],
    unknownCritical: all.filter(({ oid, critical }) => critical && !UNDERSTOOD.has(oid)).map(({ oid }) => oid),
  };
}

/** The value of one extension by its reader, which must consume it whole. */
export function value<T>(all: readonly Extension[], type: string, read: (reader: Asn1Reader) => T): T | undefined {
  const found = all.find(({ oid }) => oid === type);
  if (found === undefined) return undefined;
  const reader = readDer(found.value, { sizeBytesMax: 65_536, depthMax: 10, elementsMax: 2000 });
  const result = read(reader);
  reader.end();
  return result;
}

function readExtension(fields: Asn1Reader): Extension {
  const oid = fields.oid();
  const critical = fields.defaultFalse();
  const octets = fields.octetString();
  fields.end();
  return { oid, critical, value: octets };
}

function readKeyUsage(reader: Asn1Reader): ReadonlySet<KeyUsage> {
  return new Set(
    [...reader.namedBits()].map((bit) => {
      const usage = KEY_USAGE_BITS[bit];
      if (usage === undefined) throw new X509Error('x509_extension', 'keyUsage: unknown bit');
      return usage;
    }),
  );
}

function readBasicConstraints(reader: Asn1Reader): { readonly ca: boolean; readonly pathLength: number | null } {
  const fields = reader.sequence();
  const ca = fields.defaultFalse();
  const pathLength = fields.left > 0 ? fields.integer(255) : null;
  fields.end();
  if (!ca && pathLength !== null) throw new X509Error('x509_extension', 'basicConstraints: path length without CA');
  return { ca, pathLength };
}

function readAuthorityKeyIdentifier(reader: Asn1Reader): Uint8Array | null {
  return reader.sequence().optionalImplicit(0, TAG.octetString)?.octetString() ?? null;
}

/** The object identifier that opens each item: of policies, and of statements. */
function readFirstOids(reader: Asn1Reader): string[] {
  return reader.sequence().all((list) => list.sequence().oid());
}

function readExtendedKeyUsage(all: readonly Extension[]): CertificateExtensions['extendedKeyUsage'] {
  const purposes = value(all, EXTENSION_OID.extendedKeyUsage, (reader) => reader.sequence().all((list) => list.oid()));
  if (purposes === undefined) return null;
  return { critical: all.some(({ oid, critical }) => critical && oid === EXTENSION_OID.extendedKeyUsage), purposes };
}

function readAccess(reader: Asn1Reader): { readonly ocsp: string[]; readonly caIssuers: string[] } {
  const found = { ocsp: [] as string[], caIssuers: [] as string[] };
  const list = reader.sequence();
  while (list.left > 0) {
    const description = list.sequence();
    const method = description.oid();
    const location = description.any();
    description.end();
    if (location.tag !== URI_TAG) continue;
    if (method === ACCESS_OID.ocsp) found.ocsp.push(uriText(location.content));
    if (method === ACCESS_OID.caIssuers) found.caIssuers.push(uriText(location.content));
  }
  return found;
}

/** Addresses in full names only; a point split by reasons or signed by another issuer is passed over. */
function readCrlUrls(reader: Asn1Reader): string[] {
  const urls: string[] = [];
  const points = reader.sequence();
  while (points.left > 0) {
    const point = points.sequence();
    // The name of a point is a CHOICE, so its tag is explicit; the list inside is not.
    const fullName = point.optionalExplicit(0)?.optionalImplicit(0, TAG.sequence)?.sequence();
    if (point.left > 0 || fullName === undefined) continue;
    while (fullName.left > 0) {
      const name = fullName.any();
      if (name.tag === URI_TAG) urls.push(uriText(name.content));
    }
  }
  return urls;
}

/** An address that a client would ask: visible ASCII, nothing else. */
function uriText(content: Uint8Array): string {
  if (content.length > 2048 || content.some((octet) => octet <= 0x20 || octet >= 0x7f)) throw new X509Error('x509_extension', 'address');
  return fromUtf8(content);
}

/** GeneralName uniformResourceIdentifier, `[6] IMPLICIT IA5String`. */
const URI_TAG = 0x86;

const UNDERSTOOD: ReadonlySet<string> = new Set([
  EXTENSION_OID.keyUsage,
  EXTENSION_OID.basicConstraints,
  EXTENSION_OID.extendedKeyUsage,
  EXTENSION_OID.certificatePolicies,
  EXTENSION_OID.crlDistributionPoints,
  EXTENSION_OID.qcStatements,
]);
