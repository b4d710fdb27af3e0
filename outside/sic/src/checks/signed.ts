// SPDX-License-Identifier: Apache-2.0
// The signed file, row 18 of `flow.md` 5: before it is offered, the page proves that all bytes outside the signature's room are those
// that were approved, and that the signature in it is the approved key's over the approved hash.
import { CONTENT_TYPE, onlySigner, parseSignedData, type SignedData, signatureTimeStampTokens, signerClaim } from '@sigillo/standards/cms';
import { type HashAlgorithm, hashAlgorithmOf, type Sha2 } from '@sigillo/standards/algorithms';
import { concat, sameBytes } from '@sigillo/standards/bytes';
import { type ByteRange, coveredPieces, type CoveredBytes, findEmbeddedContents } from '@sigillo/standards/pades';
import { sourceOf } from '@sigillo/standards/pdf';
import { type Certificate, parseCertificate } from '@sigillo/standards/x509';
import { digest, webHash } from '../crypto/digest.ts';
import { verifyClaim } from '../crypto/verify.ts';
import { CheckError } from './error.ts';

/** What this browser noted when the passkey approved: digests only, nothing of the content. */
export interface ApprovedNote {
  readonly dtbsr: Uint8Array;
  readonly digest: Uint8Array;
  readonly byteRange: ByteRange;
  readonly sizeBytes: number;
  /** DER. */
  readonly certificate: Uint8Array;
}

export interface CheckedFile {
  readonly file: Uint8Array;
  readonly note: ApprovedNote;
  readonly certificate: Certificate;
  readonly hasTimeStamp: boolean;
  readonly [proven]: true;
}
declare const proven: unique symbol;

/** `notes` are the approvals of this browser; the file must be the outcome of one of them. */
export async function checkSigned(file: Uint8Array, notes: readonly ApprovedNote[]): Promise<CheckedFile> {
  const { covered, contents } = findContents(file);
  const signedData = parseContents(contents);
  const signer = onlySigner(signedData);
  const hash = webHash(hashAlgorithmOf(signer.digestAlgorithm));
  if (hash === null || signer.signedAttributes === null) throw new CheckError('document_signature');
  const dtbsr = await digest(hash, signer.signedAttributes);
  const note = notes.find((approved) => sameBytes(approved.dtbsr, dtbsr));
  if (note === undefined) throw new CheckError('document_not_approved_here');
  const contentDigest = await requireSameContent(file, covered, note, hash);
  const certificate = parseCertificate(note.certificate);
  const certificateDigests = await digestsOf(note.certificate);
  const { claim } = signerClaim(
    signer,
    { contentType: CONTENT_TYPE.data, contentDigest, certificate, certificateDigest: certificateDigests },
  );
  await verifyClaim(claim);
  return { file, note, certificate, hasTimeStamp: signatureTimeStampTokens(signer).length > 0 } as CheckedFile;
}

/** As `checkSigned`, with one code for whatever is wrong with the signature itself. */
export async function checkSignedFile(file: Uint8Array, notes: readonly ApprovedNote[]): Promise<CheckedFile> {
  try {
    return await checkSigned(file, notes);
  } catch (cause) {
    if (cause instanceof CheckError) throw cause;
    throw new CheckError('document_signature', cause);
  }
}

async function requireSameContent(file: Uint8Array, covered: CoveredBytes, note: ApprovedNote, hash: Sha2): Promise<Uint8Array> {
  const sameRange = file.length === note.sizeBytes && covered.byteRange.every((number, at) => number === note.byteRange[at]);
  if (!sameRange) throw new CheckError('document_changed');
  const contentDigest = await digest(hash, concat(...coveredPieces(sourceOf(file), covered)));
  if (!sameBytes(contentDigest, note.digest)) throw new CheckError('document_changed');
  return contentDigest;
}

function findContents(file: Uint8Array): { readonly covered: CoveredBytes; readonly contents: Uint8Array } {
  try {
    return findEmbeddedContents(sourceOf(file));
  } catch (cause) {
    throw new CheckError('document_changed', cause);
  }
}

/** The room is filled up with zeros behind the DER of the CMS, ISO 32000-2 section 12.8.3.3. */
function parseContents(contents: Uint8Array): SignedData {
  const length = derLength(contents);
  if (contents.subarray(length).some((byte) => byte !== 0)) throw new CheckError('document_signature');
  return parseSignedData(contents.subarray(0, length));
}

function derLength(bytes: Uint8Array): number {
  const first = bytes[1] ?? 0;
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  if (count === 0 || count > 4) throw new CheckError('document_signature');
  let length = 0;
  for (const byte of bytes.subarray(2, 2 + count)) length = length * 256 + byte;
  return 2 + count + length;
}

async function digestsOf(certificate: Uint8Array): Promise<(hash: HashAlgorithm | 'sha1') => Uint8Array> {
  const known = {
    sha256: await digest('sha256', certificate),
    sha384: await digest('sha384', certificate),
    sha512: await digest('sha512', certificate),
  };
  return (hash) => {
    if (hash === 'sha256' || hash === 'sha384' || hash === 'sha512') return known[hash];
    throw new CheckError('document_signature');
  };
}
