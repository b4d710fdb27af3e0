// SPDX-License-Identifier: Apache-2.0
// PAdES, EN 319 142-1: room for a signature in a PDF, what the signature covers, and the CMS in its place.
export { type ByteRange, type CoveredBytes, coveredPieces, proveByteRange, proveSameOutsideContents } from './byte-range.ts';
export { type ContentsWrite, contentsWrite } from './embed.ts';
export { PadesError, type PadesErrorCode } from './error.ts';
export { findEmbeddedContents, findPreparedSignature, type PreparedSignature } from './find-prepared.ts';
export { findSignatures, type FoundSignature } from './find-signatures.ts';
export { type PreparedRevision, prepareSignature, type SignatureDetails } from './prepare.ts';
