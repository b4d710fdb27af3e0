// SPDX-License-Identifier: Apache-2.0
// The signed file, read anew from its first byte: the signature is found where a reader finds it, covers the file, is the certificate's, carries its
// time-stamp; and every signature that was there before covers what it covered.
import { CONTENT_TYPE, onlySigner, parseSignedData, signatureTimeStampTokens, type SignerInfo, verifySigner } from '@sigillo/standards/cms';
import { sameBytes } from '@sigillo/standards/bytes';
import { findSignatures, type FoundSignature } from '@sigillo/standards/pades';
import { type ByteSource, readForm } from '@sigillo/standards/pdf';
import { verifyTimeStampToken } from '@sigillo/standards/tsp';
import { parseCertificate } from '@sigillo/standards/x509';
import { digest, sha256, verifySignature } from '@sigillo/wire';
import { joinedSource } from './file-source.ts';
import { openPdf } from './open-pdf.ts';
import { digestCovered } from './prepare.ts';
import type { ProveJob } from './work.ts';

/** The file is not what it must be. */
export class ProofError extends Error {
  override readonly name = 'ProofError';
}

export function prove(upload: ByteSource, signedTail: ByteSource, job: ProveJob, fileBytesMax: number): void {
  const signed = joinedSource(upload, signedTail);
  const found = signaturesOf(signed, fileBytesMax);
  const own = onlyNew(found, job);
  requireContents(own.contents, job.cms);
  const signer = onlySigner(parseSignedData(job.cms));
  const certificate = parseCertificate(job.certificate);
  verifySigner(signer, verifySignature, {
    contentType: CONTENT_TYPE.data,
    contentDigest: digestCovered(signed, job.byteRange, job.hash),
    certificate,
    certificateDigest: (hash) => digest(hash, certificate.encoded),
  });
  requireTimeStamp(signer, job);
  requireEarlierKept(signaturesOf(upload, fileBytesMax), found);
}

function signaturesOf(source: ByteSource, fileBytesMax: number): readonly FoundSignature[] {
  const document = openPdf(source, fileBytesMax);
  return findSignatures(document, readForm(document));
}

function onlyNew(found: readonly FoundSignature[], job: ProveJob): FoundSignature {
  const whole = found.filter(({ coverage }) => coverage.state === 'whole_file');
  const [own] = whole;
  if (own === undefined || whole.length !== 1 || own.coverage.state !== 'whole_file') throw new ProofError('not one signature over the whole file');
  const { byteRange } = own.coverage.covered;
  if (!byteRange.every((number, at) => number === job.byteRange[at])) throw new ProofError('another range than was approved');
  return own;
}

function requireContents(contents: Uint8Array, cms: Uint8Array): void {
  const filled = sameBytes(contents.subarray(0, cms.length), cms) && contents.subarray(cms.length).every((byte) => byte === 0);
  if (!filled) throw new ProofError('other contents than were embedded');
}

function requireTimeStamp(signer: SignerInfo, job: ProveJob): void {
  const [token, ...others] = signatureTimeStampTokens(signer);
  if (token === undefined || others.length > 0) throw new ProofError('not one time-stamp');
  const trust = { anchors: [parseCertificate(job.root)], intermediates: [parseCertificate(job.issuing)], digest, verify: verifySignature };
  verifyTimeStampToken(token, trust, { imprint: { hash: 'sha256', digest: sha256(signer.signature) }, nonce: null, policy: null });
}

function requireEarlierKept(before: readonly FoundSignature[], after: readonly FoundSignature[]): void {
  for (const earlier of before) {
    if (earlier.coverage.state === 'not_covered') continue;
    const { byteRange } = earlier.coverage.covered;
    const kept = after.some(
      ({ contents, coverage }) =>
        coverage.state === 'earlier_revision' && sameBytes(contents, earlier.contents) && coverage.covered.byteRange.every((number, at) => number === byteRange[at]),
    );
    if (!kept) throw new ProofError('an earlier signature was lost');
  }
}
