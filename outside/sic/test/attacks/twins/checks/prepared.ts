// SPDX-License-Identifier: Apache-2.0
// The document that came is taken for the one whose hash is asked for.
import { parseSignedAttributes } from '@sigillo/standards/cms';
import { concat } from '@sigillo/standards/bytes';
import { coveredPieces, findPreparedSignature } from '@sigillo/standards/pades';
import { sourceOf } from '@sigillo/standards/pdf';
import { digest } from '../../../../src/crypto/digest.ts';

export async function checkPrepared(content: Uint8Array, attributes: Uint8Array, { dtbsr }: { readonly dtbsr: Uint8Array }): Promise<object> {
  const { covered } = findPreparedSignature(sourceOf(content));
  return {
    content,
    digest: await digest('sha256', concat(...coveredPieces(sourceOf(content), covered))),
    sizeBytes: content.length,
    byteRange: covered.byteRange,
    dtbsr,
    attributes: parseSignedAttributes(attributes),
  };
}

export function requireCertificate(): Promise<void> {
  return Promise.resolve();
}
