// SPDX-License-Identifier: Apache-2.0
// The CMS in the room that a PDF gives its signature.
import { onlySigner, parseSignedData } from '@sigillo/standards/cms';
import { findEmbeddedContents } from '@sigillo/standards/pades';
import { sourceOf } from '@sigillo/standards/pdf';

export function signerOf(file: Uint8Array): ReturnType<typeof onlySigner> {
  return onlySigner(parseSignedData(withoutPadding(findEmbeddedContents(sourceOf(file)).contents)));
}

/** Zeros fill the room up, ISO 32000-2 section 12.8.3.3. */
function withoutPadding(contents: Uint8Array): Uint8Array {
  const lengthBytes = contents[1]! & 0x7f;
  const length = contents.subarray(2, 2 + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0);
  return contents.subarray(0, 2 + lengthBytes + length);
}
