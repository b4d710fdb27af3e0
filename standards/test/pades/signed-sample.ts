// SPDX-License-Identifier: Apache-2.0
// Prepared and signed files for the tests. The CMS of these is any bytes, or one made by OpenSSL where it is to be verified.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  contentsWrite,
  coveredPieces,
  findPreparedSignature,
  PadesError,
  prepareSignature,
  type SignatureDetails,
} from '../../pades/index.ts';
import { sourceOf } from '../../pdf/index.ts';
import { joined, open } from '../pdf/sample-pdf.ts';

export const DETAILS: SignatureDetails = {
  signingTimeMs: Date.UTC(2026, 10, 21, 9, 8, 7),
  contentsLengthMax: 4096,
  changeId: new Uint8Array(16).fill(7),
};

export function prepare(pdf: Uint8Array, details: Partial<SignatureDetails> = {}): Uint8Array {
  return joined(pdf, prepareSignature(open(pdf), { ...DETAILS, ...details }).appended);
}

export function embed(prepared: Uint8Array, cms: Uint8Array): Uint8Array {
  const { covered } = findPreparedSignature(sourceOf(prepared));
  const write = contentsWrite(covered.byteRange, cms);
  const signed = prepared.slice();
  signed.set(write.bytes, write.offset);
  return signed;
}

export function sign(pdf: Uint8Array, cms: Uint8Array = new Uint8Array(100).fill(0x30)): Uint8Array {
  return embed(prepare(pdf), cms);
}

export function coveredDigest(file: Uint8Array): string {
  const hash = createHash('sha256');
  for (const piece of coveredPieces(sourceOf(file), findPreparedSignature(sourceOf(file)).covered, 1000)) hash.update(piece);
  return hash.digest('hex');
}

export function refused(code: PadesError['code'], call: () => unknown): void {
  assert.throws(call, (error) => {
    assert.ok(error instanceof PadesError, String(error));
    assert.equal(error.code, code);
    return true;
  });
}
