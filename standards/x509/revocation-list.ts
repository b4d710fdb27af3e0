// SPDX-License-Identifier: Apache-2.0
// Certificate revocation lists, version 2 (RFC 5280 section 5). Full lists of one issuer: no deltas, no indirect entries.
import { type Asn1Reader, enumerated, explicit, integer, raw, readDer, sequence, TAG, time } from '../asn1/index.ts';
import { encodeSignatureAlgorithm, readAlgorithmIdentifier, type SignatureAlgorithm } from '../algorithms/index.ts';
import { sameBytes } from '../bytes/index.ts';
import { checkedSerialNumber } from './certificate.ts';
import { X509Error } from './error.ts';
import { readExtensionList, value } from './extension-read.ts';
import { EXTENSION_OID } from './extension-table.ts';
import { authorityKeyIdentifier, crlNumber, encodeExtension, encodeExtensions, type Extension } from './extension-write.ts';
import { type Name, readName } from './name.ts';
import { assembleSigned, readSigned, type SignedParts } from './signed.ts';

/** RFC 5280 section 5.3.1. `unspecified` is never written: the extension is left out. */
export const REVOCATION_REASONS = {
  unspecified: 0,
  keyCompromise: 1,
  caCompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCrl: 8,
  privilegeWithdrawn: 9,
  aaCompromise: 10,
} as const;

export type RevocationReason = keyof typeof REVOCATION_REASONS;

export type RevokedCertificate = { readonly serialNumber: Uint8Array; readonly revokedAtMs: number; readonly reason: RevocationReason };

export type RevocationListContent = {
  readonly signatureAlgorithm: SignatureAlgorithm;
  /** DER Name. */
  readonly issuer: Uint8Array;
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number;
  readonly revoked: readonly RevokedCertificate[];
  readonly number: number | bigint;
  readonly authorityKeyIdentifier: Uint8Array;
};

export type RevocationList = SignedParts & {
  readonly issuer: Name;
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number;
  readonly revoked: readonly RevokedCertificate[];
  readonly number: Uint8Array;
  readonly authorityKeyIdentifier: Uint8Array | null;
};

/** The TBSCertList: the bytes that the issuer signs. */
export function buildTbsRevocationList(content: RevocationListContent): Uint8Array<ArrayBuffer> {
  if (!(content.thisUpdateMs < content.nextUpdateMs)) throw new X509Error('x509_validity', 'revocation list');
  return sequence(
    integer(1),
    encodeSignatureAlgorithm(content.signatureAlgorithm),
    raw(content.issuer),
    time(content.thisUpdateMs),
    time(content.nextUpdateMs),
    // RFC 5280 section 5.1.2.6: without entries the list itself is absent.
    ...(content.revoked.length === 0 ? [] : [sequence(...content.revoked.map(encodeEntry))]),
    explicit(0, encodeExtensions([authorityKeyIdentifier(content.authorityKeyIdentifier), crlNumber(content.number)])),
  );
}

export function assembleRevocationList(tbs: Uint8Array, algorithm: SignatureAlgorithm, signature: Uint8Array): Uint8Array<ArrayBuffer> {
  return assembleSigned(tbs, algorithm, signature);
}

export function parseRevocationList(bytes: Uint8Array, limits: { readonly sizeBytesMax: number } = DEFAULT_LIMITS): RevocationList {
  const elementsMax = Math.ceil(limits.sizeBytesMax / 4);
  const { parts, fields } = readSigned(readDer(bytes, { ...limits, depthMax: 12, elementsMax }));
  if (fields.integer() !== 1) throw new X509Error('x509_version', 'revocation list');
  if (!sameBytes(readAlgorithmIdentifier(fields).encoded, parts.algorithm.encoded))
    throw new X509Error('x509_algorithm_mismatch', 'revocation list');
  const issuer = readName(fields);
  const thisUpdateMs = fields.timeMs();
  const nextUpdateMs = fields.timeMs();
  const revoked = fields.tag === TAG.sequence ? fields.sequence().all((list) => readEntry(list.sequence())) : [];
  const extensions = readExtensionList(fields.explicit(0).sequence());
  fields.end();
  requireKnown(extensions, [EXTENSION_OID.authorityKeyIdentifier, EXTENSION_OID.crlNumber]);
  const number = value(extensions, EXTENSION_OID.crlNumber, (reader) => reader.integerBytes());
  if (number === undefined) throw new X509Error('x509_extension', 'cRLNumber missing');
  const authority = value(extensions, EXTENSION_OID.authorityKeyIdentifier, (reader) =>
    reader.sequence().optionalImplicit(0, TAG.octetString)?.octetString(),
  );
  return { ...parts, issuer, thisUpdateMs, nextUpdateMs, revoked, number, authorityKeyIdentifier: authority ?? null };
}

export function revocationReasonOf(code: number): RevocationReason {
  const found = (Object.keys(REVOCATION_REASONS) as RevocationReason[]).find((reason) => REVOCATION_REASONS[reason] === code);
  if (found === undefined) throw new X509Error('x509_extension', 'reason code');
  return found;
}

function encodeEntry({ serialNumber, revokedAtMs, reason }: RevokedCertificate): Uint8Array {
  const fields = [integer(checkedSerialNumber(serialNumber)), time(revokedAtMs)];
  if (reason === 'unspecified') return sequence(...fields);
  const reasonCode = { oid: EXTENSION_OID.reasonCode, critical: false, value: enumerated(REVOCATION_REASONS[reason]) };
  return sequence(...fields, sequence(encodeExtension(reasonCode)));
}

function readEntry(fields: Asn1Reader): RevokedCertificate {
  const serialNumber = checkedSerialNumber(fields.integerBytes());
  const revokedAtMs = fields.timeMs();
  const extensions = fields.left > 0 ? readExtensionList(fields.sequence()) : [];
  fields.end();
  requireKnown(extensions, [EXTENSION_OID.reasonCode]);
  const code = value(extensions, EXTENSION_OID.reasonCode, (reader) => reader.enumerated(10));
  return { serialNumber, revokedAtMs, reason: code === undefined ? 'unspecified' : revocationReasonOf(code) };
}

/** A critical extension that we do not know may turn the meaning of the list round: indirect entries, a delta, a scope. */
function requireKnown(extensions: readonly Extension[], known: readonly string[]): void {
  const stranger = extensions.find(({ oid, critical }) => critical && !known.includes(oid));
  if (stranger !== undefined) throw new X509Error('x509_critical_extension', stranger.oid);
}

const DEFAULT_LIMITS = { sizeBytesMax: 4 << 20 };
