// SPDX-License-Identifier: Apache-2.0
import type { ByteRange } from '@sigillo/standards/pades';
import type { Certificate } from '@sigillo/standards/x509';
import type { SigningAlgorithm } from '../signing/algorithm.ts';
import type { SpooledFile } from './spool.ts';

/** A document of a signer. Its bytes as they came never change; what signing adds stands in a file of its own. */
export interface StoredDocument {
  readonly handle: string;
  /** Signer id of whoever brought it. */
  readonly owner: string;
  readonly name: string;
  readonly upload: SpooledFile;
  readonly pages: number;
  readonly signatures: number;
  readonly warnings: readonly string[];
  readonly arrivedMs: number;
  state: DocumentState;
}

export type DocumentState =
  | { readonly name: 'uploaded' }
  | { readonly name: 'prepared'; readonly attempt: Attempt }
  /** The signer answered; `finished` ends in one of the states below. */
  | { readonly name: 'approved'; readonly attempt: Attempt; readonly finished: Promise<void> }
  | { readonly name: 'signed'; readonly attempt: Attempt; readonly signedTail: SpooledFile; readonly endedMs: number }
  | { readonly name: 'failed'; readonly attempt: Attempt; readonly code: string; readonly endedMs: number }
  | { readonly name: 'declined'; readonly attempt: Attempt; readonly reason: string; readonly endedMs: number };

/** One request for a signature, frozen when the signer is asked: nothing is computed again from what a caller says later. */
export interface Attempt {
  readonly credentialId: string;
  readonly certificate: Certificate;
  /** What the signature carries: the signer's certificate, and what leads to the anchor. */
  readonly certificates: readonly Uint8Array[];
  readonly algorithm: SigningAlgorithm;
  /** The appended revision, with the room for the signature still empty. */
  readonly tail: SpooledFile;
  readonly byteRange: ByteRange;
  readonly contentDigest: Uint8Array;
  /** The DER SET whose digest the key signs. */
  readonly signedAttributes: Uint8Array;
  readonly dtbsr: Uint8Array;
  /** OAuth state and PKCE verifier of the request. */
  readonly returnState: string;
  readonly codeVerifier: string;
  /** Whoever knows it reads the prepared document. */
  readonly capability: string;
}

export function attemptOf(state: DocumentState): Attempt | undefined {
  return state.name === 'uploaded' ? undefined : state.attempt;
}

/** When its signing ended, or undefined while it may still go on. */
export function endOf(state: DocumentState): number | undefined {
  return 'endedMs' in state ? state.endedMs : undefined;
}
