// SPDX-License-Identifier: Apache-2.0
import { inflateSync } from 'node:zlib';
import { type ByteSource, openDocument, type PdfDocument } from '@sigillo/standards/pdf';

/** Room that a signature adds to a document of the largest size that is taken. */
const ADDED_BYTES_MAX = 8 * 1024 * 1024;

export function openPdf(source: ByteSource, fileBytesMax: number): PdfDocument {
  const inflate = (compressed: Uint8Array, lengthMax: number): Uint8Array => inflateSync(compressed, { maxOutputLength: lengthMax });
  return openDocument(source, inflate, { fileLengthMax: fileBytesMax + ADDED_BYTES_MAX });
}
