// SPDX-License-Identifier: Apache-2.0
// A hostile file is small and asks for much. Every loop and every allocation of the reader is bounded by one of these numbers.
import { PdfError } from './error.ts';

export interface PdfLimits {
  readonly fileLengthMax: number;
  /** One more than the highest object number. */
  readonly objectCountMax: number;
  readonly revisionCountMax: number;
  readonly pageCountMax: number;
  readonly fieldCountMax: number;
  /** Arrays and dictionaries within each other; levels of the page tree and of the field tree. */
  readonly depthMax: number;
  /** Values within one object. */
  readonly valueCountMax: number;
  readonly stringLengthMax: number;
  /** One compressed stream, before and after it is inflated. */
  readonly streamLengthMax: number;
  /** All inflated bytes of one document. */
  readonly inflatedLengthMax: number;
  /** All bytes that the parser takes from the file and from inflated streams. */
  readonly parsedLengthMax: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: PdfLimits = {
  fileLengthMax: 256 * MIB,
  objectCountMax: 1_000_000,
  revisionCountMax: 1_000,
  pageCountMax: 10_000,
  fieldCountMax: 20_000,
  depthMax: 64,
  valueCountMax: 500_000,
  stringLengthMax: 4 * MIB,
  streamLengthMax: 32 * MIB,
  inflatedLengthMax: 512 * MIB,
  parsedLengthMax: 128 * MIB,
};

/** What is left of the work that one document may cause. */
export class WorkBudget {
  #parsedLeft: number;
  #inflatedLeft: number;

  constructor(limits: PdfLimits) {
    this.#parsedLeft = limits.parsedLengthMax;
    this.#inflatedLeft = limits.inflatedLengthMax;
  }

  get inflatedLengthLeft(): number {
    return this.#inflatedLeft;
  }

  spendParsed(length: number): void {
    this.#parsedLeft -= length;
    if (this.#parsedLeft < 0) throw new PdfError('pdf_too_large', 'more bytes to parse than allowed');
  }

  spendInflated(length: number): void {
    this.#inflatedLeft -= length;
    if (this.#inflatedLeft < 0) throw new PdfError('pdf_too_large', 'more inflated bytes than allowed');
  }
}
