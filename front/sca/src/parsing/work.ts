// SPDX-License-Identifier: Apache-2.0
// What is done with the inside of a document. Documents are hostile: all of this runs apart from the process that answers, with limits of time and memory.
import type { Sha2 } from '@sigillo/standards/algorithms';
import type { ByteRange } from '@sigillo/standards/pades';

export interface Inspected {
  readonly pages: number;
  readonly signatures: number;
  /** Codes of what its owner should know before signing. */
  readonly warnings: readonly string[];
}

export interface PrepareJob {
  readonly upload: string;
  readonly signingTimeMs: number;
  readonly contentsBytesMax: number;
  readonly changeId: Uint8Array;
  readonly hash: Sha2;
}

export interface Prepared {
  /** The revision to append, with the room for the signature empty. */
  readonly tail: Uint8Array;
  readonly byteRange: ByteRange;
  /** Of all bytes that the signature covers. */
  readonly contentDigest: Uint8Array;
}

export interface ProveJob {
  readonly upload: string;
  readonly signedTail: string;
  readonly byteRange: ByteRange;
  readonly hash: Sha2;
  readonly cms: Uint8Array;
  /** DER of the signer's certificate. */
  readonly certificate: Uint8Array;
  readonly root: Uint8Array;
  readonly issuing: Uint8Array;
}

export interface DocumentWork {
  inspect(upload: string): Promise<Inspected>;
  prepare(job: PrepareJob): Promise<Prepared>;
  /** Reads the signed file as a stranger would; throws where anything in it is not as it must be. */
  prove(job: ProveJob): Promise<void>;
}

/** The document cannot be signed here; `advice` says what its owner can do. */
export class DocumentRefused extends Error {
  override readonly name = 'DocumentRefused';
  readonly code: string;
  readonly advice: string;

  constructor(code: string, advice: string, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
    this.advice = advice;
  }
}

/** Too many documents are being read. */
export class ReadersBusy extends Error {
  override readonly name = 'ReadersBusy';
}
