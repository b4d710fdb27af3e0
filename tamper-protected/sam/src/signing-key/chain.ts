// SPDX-License-Identifier: Apache-2.0
// Certificates carry names: they rest encrypted under the subject's key.
import { array, decode, encode } from '@sigillo/doors/schema';
import { certificate } from '@sigillo/doors/sap';
import { toHex } from '@sigillo/standards/bytes';
import type { SigningKeyRow } from '../records/tables.ts';
import { refuseAs } from '../refusals.ts';
import type { SubjectKey } from '../subject-key.ts';

const chainSchema = array(certificate, 6);

export function sealChain(subjectKey: SubjectKey, keyId: Uint8Array, chain: readonly Uint8Array[]): Uint8Array {
  return subjectKey.seal(`chain ${toHex(keyId)}`, encode(chainSchema, chain));
}

/** The signer's certificate first; empty while the key has none. */
export function openChain(subjectKey: SubjectKey, keyId: Uint8Array, key: SigningKeyRow): readonly Uint8Array[] {
  const { chain } = key;
  return chain === null ? [] : refuseAs('subject_key_missing', () => decode(chainSchema, subjectKey.open(`chain ${toHex(keyId)}`, chain)));
}
