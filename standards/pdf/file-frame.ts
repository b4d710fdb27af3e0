// SPDX-License-Identifier: Apache-2.0
// The two ends of a file, ISO 32000-2 sections 7.5.2 and 7.5.5.
import { PdfError } from './error.ts';
import type { ByteSource } from './source.ts';

const TAIL_LENGTH_MAX = 2048;

/** The version that the first line states. Bytes before it would make every offset in the file ambiguous. */
export function readHeader(source: ByteSource): string {
  const text = binaryText(source.read(0, Math.min(1024, source.size)));
  const version = /^%PDF-(\d\.\d)(?=[\s\0])/.exec(text)?.[1];
  if (version !== undefined) return version;
  if (text.includes('%PDF-')) throw new PdfError('pdf_broken', 'the header is not at the start of the file');
  throw new PdfError('pdf_not_a_pdf', 'no header');
}

/** Where the newest section of cross-references stands. */
export function readStart(source: ByteSource): number {
  const length = Math.min(TAIL_LENGTH_MAX, source.size);
  const tail = binaryText(source.read(source.size - length, length));
  const last = tail.lastIndexOf('startxref');
  const start = last < 0 ? null : /^startxref\s+(\d{1,15})\s+%%EOF/.exec(tail.slice(last));
  if (start === null) throw new PdfError('pdf_broken', 'the end of the file is missing');
  return Number(start[1]);
}

function binaryText(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
