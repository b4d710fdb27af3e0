// SPDX-License-Identifier: Apache-2.0
// A document's own work without the key: room in the PDF, the digest of what is covered, the attributes, and the CMS in its place. The
// signature and the certificate are made once, before the clock runs.
import { createHash, randomBytes } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { concat } from '@sigillo/standards/bytes';
import { CONTENT_TYPE, encodeSignedAttributes } from '@sigillo/standards/cms';
import { contentsWrite, coveredPieces, prepareSignature, proveByteRange } from '@sigillo/standards/pades';
import { openDocument, sourceOf } from '@sigillo/standards/pdf';
import { sha256 } from '@sigillo/wire';
import type { Bench } from '../bench.ts';
import { pdfOfSize } from '../pdf.ts';
import { pdfPeers } from '../peers/pdf.ts';
import { perSecond, rateOf, type Rate } from '../rate.ts';
import type { Row } from '../row.ts';

const DOCUMENT_BYTES = 1024 * 1024;
const CONTENTS_BYTES = 16_384;
/** As long as a CMS with one certificate and no time-stamp is about. */
const CMS_BYTES = 2048;
const WARM_UP = 10;

export async function measurePades({ seconds, say }: Bench): Promise<Row> {
  const file = pdfOfSize(DOCUMENT_BYTES, (length) => randomBytes(length));
  const cms = randomBytes(CMS_BYTES);
  const certificateHash = randomBytes(32);
  const own = await inTime(seconds, () => void prepareAndEmbed(file, certificateHash, cms));
  const hashing = await inTime(seconds / 3, () => void sha256(file));
  const name = `PAdES, own work for a PDF of ${(file.length / DOCUMENT_BYTES).toFixed(1)} MiB`;
  const against = [{ name: 'SHA-256 of the same bytes', ...milliseconds(hashing) }, ...pdfPeers(file, say)];
  return { name, ...milliseconds(own), ...own, against, target: { atMost: 5 } };
}

function prepareAndEmbed(file: Uint8Array, certHash: Uint8Array, cms: Uint8Array): Uint8Array {
  const inflate = (compressed: Uint8Array, lengthMax: number): Uint8Array => inflateSync(compressed, { maxOutputLength: lengthMax });
  const document = openDocument(sourceOf(file), inflate, { fileLengthMax: 2 * DOCUMENT_BYTES });
  const { appended, byteRange } = prepareSignature(document, { signingTimeMs: Date.now(), contentsLengthMax: CONTENTS_BYTES, changeId: randomBytes(16) });
  const whole = concat(file, appended);
  const source = sourceOf(whole);
  const digest = createHash('sha256');
  for (const piece of coveredPieces(source, proveByteRange(source, byteRange))) digest.update(piece);
  const attributes = encodeSignedAttributes({ contentType: CONTENT_TYPE.data, messageDigest: digest.digest(), signingCertificateV2: { hashAlgorithm: 'sha256', certHash } });
  sha256(attributes);
  const { offset, bytes } = contentsWrite(byteRange, cms);
  whole.set(bytes, offset);
  return whole;
}

function inTime(seconds: number, work: () => void): Promise<Rate> {
  for (let n = 0; n < WARM_UP; n++) work();
  return rateOf(() => {
    work();
    return Promise.resolve(1);
  }, { seconds, atOnce: 1 });
}

const milliseconds = (rate: Rate): { readonly figure: number; readonly unit: string } => ({ figure: 1000 / perSecond(rate), unit: 'ms' });
