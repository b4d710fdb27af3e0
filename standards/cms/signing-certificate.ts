// SPDX-License-Identifier: Apache-2.0
// signing-certificate-v2 (RFC 5035): which certificate the signer means, under the signature. Written with one certificate and
// without policies. The older attribute with SHA-1 (RFC 2634 section 5.4) is only read, in time-stamps of others.
import { type Asn1Reader, explicit, integer, octetString, raw, sequence, TAG } from '../asn1/index.ts';
import { encodeHashAlgorithm, type HashAlgorithm, hashAlgorithmOf, HASHES, readAlgorithmIdentifier } from '../algorithms/index.ts';
import { CmsError } from './error.ts';

export type SigningCertificateV2 = {
  readonly hashAlgorithm: HashAlgorithm;
  readonly certHash: Uint8Array;
  /** `issuer` is a DER Name. */
  readonly issuerSerial?: { readonly issuer: Uint8Array; readonly serialNumber: Uint8Array };
};

export function encodeSigningCertificateV2({ hashAlgorithm, certHash, issuerSerial }: SigningCertificateV2): Uint8Array<ArrayBuffer> {
  if (certHash.length !== HASHES[hashAlgorithm].lengthBytes) throw new CmsError('cms_digest_length');
  const fields: Uint8Array[] = [octetString(certHash)];
  // DER leaves a default out, and the default is SHA-256.
  if (hashAlgorithm !== 'sha256') fields.unshift(encodeHashAlgorithm(hashAlgorithm));
  if (issuerSerial !== undefined)
    fields.push(sequence(sequence(explicit(4, raw(issuerSerial.issuer))), integer(issuerSerial.serialNumber)));
  return sequence(sequence(sequence(...fields)));
}

/** One certificate, no policies, and the default hash not spelt out. */
export function readSigningCertificateV2(value: Asn1Reader): SigningCertificateV2 {
  const outer = value.sequence();
  const ids = outer.sequence();
  outer.end();
  const id = ids.sequence();
  ids.end();
  const explicitHash = id.tag === TAG.sequence ? hashAlgorithmOf(readAlgorithmIdentifier(id)) : undefined;
  if (explicitHash === 'sha256') throw new CmsError('cms_signing_certificate');
  const signingCertificate = readCertId(id, explicitHash ?? 'sha256');
  id.end();
  return signingCertificate;
}

/** What others write: the first certificate of the list, the default spelt out or not, policies and further certificates passed over. */
export function readFirstSigningCertificate(
  value: Asn1Reader,
  version: 1 | 2,
): { readonly hashAlgorithm: HashAlgorithm | 'sha1'; readonly certHash: Uint8Array } {
  const id = value.sequence().sequence().sequence();
  if (version === 1) return { hashAlgorithm: 'sha1', certHash: id.octetString() };
  const hashAlgorithm = id.tag === TAG.sequence ? hashAlgorithmOf(readAlgorithmIdentifier(id)) : 'sha256';
  return { hashAlgorithm, certHash: id.octetString() };
}

function readCertId(id: Asn1Reader, hashAlgorithm: HashAlgorithm): SigningCertificateV2 {
  const certHash = id.octetString();
  if (certHash.length !== HASHES[hashAlgorithm].lengthBytes) throw new CmsError('cms_digest_length');
  if (id.left === 0) return { hashAlgorithm, certHash };
  const pair = id.sequence();
  const names = pair.sequence();
  const directory = names.explicit(4);
  names.end();
  const issuer = directory.take(TAG.sequence).encoded;
  directory.end();
  const serialNumber = pair.integerBytes();
  pair.end();
  return { hashAlgorithm, certHash, issuerSerial: { issuer, serialNumber } };
}
