// SPDX-License-Identifier: Apache-2.0
// CertID (RFC 6960 section 4.1.1): a certificate named by hashes of its issuer's name and key, and its serial number. SHA-1 is
// what most clients send; it only names the issuer here, nothing is trusted because of it.
import { type Asn1Reader, integer, nullValue, octetString, oid, sequence, TAG } from '../asn1/index.ts';
import { HASHES, type HashAlgorithm, readAlgorithmIdentifier, SHA1_OID } from '../algorithms/index.ts';
import { sameBytes } from '../bytes/index.ts';
import { OcspError } from './error.ts';

export type CertificateIdHash = 'sha1' | 'sha256' | 'sha384' | 'sha512';

export type CertificateId = {
  readonly hash: CertificateIdHash;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  readonly serialNumber: Uint8Array;
  /** As it stood in the request; the response repeats these bytes. */
  readonly encoded: Uint8Array;
};

/** The issuer whose certificates are asked about: its DER Name and the bits of its key (`publicKeyBits`). */
export type Issuer = { readonly name: Uint8Array; readonly keyBits: Uint8Array };

export type HashFunction = (hash: CertificateIdHash, bytes: Uint8Array) => Uint8Array;

export function encodeCertificateId(
  hash: CertificateIdHash,
  issuer: Issuer,
  serialNumber: Uint8Array,
  digest: HashFunction,
): Uint8Array<ArrayBuffer> {
  const algorithm = hash === 'sha1' ? sequence(oid(SHA1_OID), nullValue()) : sequence(oid(HASHES[hash].oid));
  return sequence(algorithm, octetString(digest(hash, issuer.name)), octetString(digest(hash, issuer.keyBits)), integer(serialNumber));
}

/** A hash that we do not have is no fault of the request: such an id names no issuer that we know. */
export function readCertificateId(reader: Asn1Reader): CertificateId | null {
  const { encoded } = reader.peek(TAG.sequence);
  const fields = reader.sequence();
  const { oid: hashOid } = readAlgorithmIdentifier(fields);
  const issuerNameHash = fields.octetString();
  const issuerKeyHash = fields.octetString();
  const serialNumber = fields.integerBytes();
  fields.end();
  const hash = HASH_BY_OID.get(hashOid);
  if (hash === undefined) return null;
  return { hash, issuerNameHash, issuerKeyHash, serialNumber, encoded };
}

/** Whether the id names a certificate of this issuer. */
export function namesIssuer(id: CertificateId, issuer: Issuer, digest: HashFunction): boolean {
  return sameBytes(id.issuerNameHash, digest(id.hash, issuer.name)) && sameBytes(id.issuerKeyHash, digest(id.hash, issuer.keyBits));
}

export function requireCertificateId(reader: Asn1Reader): CertificateId {
  const id = readCertificateId(reader);
  if (id === null) throw new OcspError('ocsp_hash');
  return id;
}

const HASH_BY_OID: ReadonlyMap<string, CertificateIdHash> = new Map<string, CertificateIdHash>([
  [SHA1_OID, 'sha1'],
  ...(['sha256', 'sha384', 'sha512'] satisfies HashAlgorithm[]).map((hash) => [HASHES[hash].oid, hash] as const),
]);
