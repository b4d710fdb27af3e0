// SPDX-License-Identifier: Apache-2.0
// The prepared document, row 7 of `flow.md` 5: the file that is shown is the file that is signed. Its one new signature covers every
// byte but its own room, the attributes contain the digest of just those bytes, and their hash is what the key is asked to sign.
import { CONTENT_TYPE, parseSignedAttributes, type SignedAttributes } from '@sigillo/standards/cms';
import { HASHES } from '@sigillo/standards/algorithms';
import { concat, sameBytes } from '@sigillo/standards/bytes';
import { type ByteRange, type CoveredBytes, coveredPieces, findPreparedSignature } from '@sigillo/standards/pades';
import { sourceOf } from '@sigillo/standards/pdf';
import { parseCertificate } from '@sigillo/standards/x509';
import { digest, webHash, webHashByOid } from '../crypto/digest.ts';
import { CheckError } from './error.ts';

/** A document whose bytes, attributes and hash belong together. Whose certificate is meant is checked when the SAM has named one. */
export interface PreparedDocument {
  readonly content: Uint8Array;
  /** Of all bytes that the signature covers: field 18.2 of the intent and the messageDigest of the signature. */
  readonly digest: Uint8Array;
  readonly sizeBytes: number;
  readonly byteRange: ByteRange;
  readonly dtbsr: Uint8Array;
  readonly attributes: SignedAttributes;
  readonly [proven]: true;
}
declare const proven: unique symbol;

export async function checkPrepared(
  content: Uint8Array,
  attributes: Uint8Array,
  demand: { readonly dtbsr: Uint8Array; readonly hashAlgorithm: string },
): Promise<PreparedDocument> {
  const hash = webHashByOid(demand.hashAlgorithm);
  if (hash === null) throw new CheckError('document_hash_algorithm');
  const covered = findCovered(content);
  const parsed = parseAttributes(attributes);
  const contentDigest = await digest(hash, concat(...coveredPieces(sourceOf(content), covered)));
  if (!sameBytes(parsed.messageDigest, contentDigest)) throw new CheckError('document_message_digest');
  const dtbsr = await digest(hash, attributes);
  if (!sameBytes(dtbsr, demand.dtbsr)) throw new CheckError('document_dtbsr');
  return {
    content,
    digest: contentDigest,
    sizeBytes: content.length,
    byteRange: covered.byteRange,
    dtbsr,
    attributes: parsed,
  } as PreparedDocument;
}

/** The signature will say that it was made with this certificate and no other. */
export async function requireCertificate(document: PreparedDocument, certificate: Uint8Array): Promise<void> {
  const { hashAlgorithm, certHash, issuerSerial } = document.attributes.signingCertificateV2;
  const hash = webHash(hashAlgorithm);
  if (hash === null || certHash.length !== HASHES[hash].lengthBytes) throw new CheckError('document_signing_certificate');
  if (!sameBytes(certHash, await digest(hash, certificate))) throw new CheckError('document_signing_certificate');
  if (issuerSerial === undefined) return;
  const { issuer, serialNumber } = parseCertificate(certificate);
  const sameNumber = sameBytes(withoutZeros(serialNumber), withoutZeros(issuerSerial.serialNumber));
  if (!sameNumber || !sameBytes(issuer.encoded, issuerSerial.issuer)) throw new CheckError('document_signing_certificate');
}

function findCovered(content: Uint8Array): CoveredBytes {
  try {
    return findPreparedSignature(sourceOf(content)).covered;
  } catch (cause) {
    const code = codeOf(cause);
    throw new CheckError(code.startsWith('byte_range') ? 'document_byte_range' : 'document_not_prepared', cause);
  }
}

function parseAttributes(attributes: Uint8Array): SignedAttributes {
  let parsed: SignedAttributes;
  try {
    parsed = parseSignedAttributes(attributes);
  } catch (cause) {
    throw new CheckError('document_attributes', cause);
  }
  if (parsed.contentType !== CONTENT_TYPE.data) throw new CheckError('document_attributes');
  return parsed;
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

function withoutZeros(magnitude: Uint8Array): Uint8Array {
  const start = magnitude.findIndex((octet) => octet !== 0);
  return start < 0 ? magnitude.subarray(magnitude.length) : magnitude.subarray(start);
}
