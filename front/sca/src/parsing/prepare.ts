// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { Sha2 } from '@sigillo/standards/algorithms';
import { coveredPieces, prepareSignature, proveByteRange } from '@sigillo/standards/pades';
import { type ByteSource, PdfError, sourceOf } from '@sigillo/standards/pdf';
import { joinedSource } from './file-source.ts';
import { openPdf } from './open-pdf.ts';
import type { Prepared, PrepareJob } from './work.ts';

const TAIL_BYTES_MAX = 4 * 1024 * 1024;

export function prepare(source: ByteSource, job: PrepareJob, fileBytesMax: number): Prepared {
  const { signingTimeMs, contentsBytesMax, changeId, hash } = job;
  const revision = prepareSignature(openPdf(source, fileBytesMax), { signingTimeMs, contentsLengthMax: contentsBytesMax, changeId });
  if (revision.appended.length > TAIL_BYTES_MAX) throw new PdfError('pdf_object_too_large', 'the appended revision');
  const contentDigest = digestCovered(joinedSource(source, sourceOf(revision.appended)), revision.byteRange, hash);
  return { tail: revision.appended, byteRange: revision.byteRange, contentDigest };
}

/** The digest of all that a signature with this range covers, once the range is proven to leave out its own room only. */
export function digestCovered(source: ByteSource, byteRange: readonly number[], hash: Sha2): Uint8Array {
  const digest = createHash(hash);
  for (const piece of coveredPieces(source, proveByteRange(source, byteRange))) digest.update(piece);
  return digest.digest();
}
