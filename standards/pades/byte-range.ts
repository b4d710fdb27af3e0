// SPDX-License-Identifier: Apache-2.0
// What a signature covers, ISO 32000-2 section 12.8.1: everything from the first byte to the last but the value of /Contents. A gap
// that is anything else would be room for unsigned content.
import type { ByteSource } from '../pdf/index.ts';
import { PadesError } from './error.ts';

export type ByteRange = readonly [number, number, number, number];

declare const proven: unique symbol;

/** Two ranges around one string in hexadecimal, from the start of a file to its end (or to the end of a revision of it). */
export interface CoveredBytes {
  readonly byteRange: ByteRange;
  /** From the opening bracket to behind the closing one. */
  readonly contentsStart: number;
  readonly contentsEnd: number;
  readonly end: number;
  readonly [proven]: true;
}

/** Proves that the range covers the whole file but one string in hexadecimal. */
export function proveByteRange(source: ByteSource, byteRange: readonly number[]): CoveredBytes {
  const covered = proveRevisionRange(source, byteRange);
  if (covered.end !== source.size) throw new PadesError('byte_range_not_to_end', `${source.size - covered.end} bytes are not covered`);
  return covered;
}

/** Proves the same for the part of the file that ends where the range ends. Later revisions may follow. */
export function proveRevisionRange(source: ByteSource, byteRange: readonly number[]): CoveredBytes {
  if (byteRange.length !== 4 || !byteRange.every((number) => Number.isSafeInteger(number) && number >= 0)) {
    throw new PadesError('byte_range_malformed', 'not four whole numbers');
  }
  const [start, contentsStart, contentsEnd, tail] = byteRange as unknown as ByteRange;
  if (start !== 0) throw new PadesError('byte_range_not_from_start', `starts at byte ${start}`);
  const end = contentsEnd + tail;
  if (contentsStart === 0 || tail === 0 || end > source.size) throw new PadesError('byte_range_malformed', 'not within the file');
  if (contentsEnd - contentsStart < 2) throw new PadesError('byte_range_gap_not_contents', 'no gap');
  proveHexString(source, contentsStart, contentsEnd);
  return { byteRange: [0, contentsStart, contentsEnd, tail] as ByteRange, contentsStart, contentsEnd, end } as CoveredBytes;
}

/** The covered bytes in order, in pieces: what is hashed for messageDigest. */
export function* coveredPieces(source: ByteSource, covered: CoveredBytes, pieceLengthMax: number = PIECE_LENGTH): Generator<Uint8Array> {
  yield* pieces(source, 0, covered.contentsStart, pieceLengthMax);
  yield* pieces(source, covered.contentsEnd, covered.end, pieceLengthMax);
}

/** Proves that a signed file differs from the prepared one in the value of /Contents at most. */
export function proveSameOutsideContents(prepared: ByteSource, signed: ByteSource, covered: CoveredBytes): void {
  if (prepared.size !== signed.size) throw new PadesError('bytes_changed', 'another length');
  proveByteRange(signed, covered.byteRange);
  const others = coveredPieces(signed, covered);
  for (const piece of coveredPieces(prepared, covered)) {
    const other = others.next().value;
    if (other === undefined || !equal(piece, other)) throw new PadesError('bytes_changed', 'outside of /Contents');
  }
}

const PIECE_LENGTH = 1024 * 1024;

function proveHexString(source: ByteSource, start: number, end: number): void {
  let first = true;
  for (const piece of pieces(source, start, end - 1, PIECE_LENGTH)) {
    const digits = first ? piece.subarray(1) : piece;
    if (first && piece[0] !== LESS) throw new PadesError('byte_range_gap_not_contents', 'no opening bracket');
    if (!digits.every(isHexDigit)) throw new PadesError('byte_range_gap_not_contents', 'not in hexadecimal');
    first = false;
  }
  if (source.read(end - 1, 1)[0] !== GREATER) throw new PadesError('byte_range_gap_not_contents', 'no closing bracket');
  if ((end - start) % 2 !== 0) throw new PadesError('byte_range_gap_not_contents', 'half a byte');
}

function* pieces(source: ByteSource, start: number, end: number, lengthMax: number): Generator<Uint8Array> {
  for (let at = start; at < end; ) {
    const piece = source.read(at, Math.min(lengthMax, end - at));
    if (piece.length === 0) throw new PadesError('byte_range_malformed', 'the file ended');
    yield piece;
    at += piece.length;
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

const LESS = 0x3c;
const GREATER = 0x3e;
