// SPDX-License-Identifier: Apache-2.0
// Certificates rest in clear.
import { array, decode, encode } from '@sigillo/doors/schema';
import { certificate } from '@sigillo/doors/sap';
import type { SigningKeyRow } from '../../../../src/records/tables.ts';
import type { SubjectKey } from '../../../../src/subject-key.ts';

const chainSchema = array(certificate, 6);

export function sealChain(_: SubjectKey, __: Uint8Array, chain: readonly Uint8Array[]): Uint8Array {
  return encode(chainSchema, chain);
}

export function openChain(_: SubjectKey, __: Uint8Array, { chain }: SigningKeyRow): readonly Uint8Array[] {
  return chain === null ? [] : decode(chainSchema, chain);
}
