// SPDX-License-Identifier: Apache-2.0
// Fields that both spellings of a request share. In CSC, absent, null and the empty text are the same.
import { LIST_MAX } from '@sigillo/doors/sap';
import { invalid, missing } from './error.ts';

export function given(value: unknown): unknown {
  return value === null || value === '' ? undefined : value;
}

export function optionalText(value: unknown, parameter: string): string | undefined {
  const text = given(value);
  if (text !== undefined && typeof text !== 'string') throw missing('string', parameter);
  return text;
}

export function credentialId(value: unknown): string {
  const text = optionalText(value, 'credentialID');
  if (text === undefined) throw missing('string', 'credentialID');
  if (!/^[0-9a-f]{32}$/.test(text)) throw invalid('credentialID');
  return text;
}

export function hashAlgorithm(value: unknown): string {
  const text = optionalText(value, 'hashAlgorithmOID');
  if (text === undefined) throw missing('string', 'hashAlgorithmOID');
  return text;
}

export function signatureAlgorithm(value: unknown): string | undefined {
  const text = optionalText(value, 'signAlgo');
  const isOid = text === undefined || (text.length <= 64 && /^[0-2](\.(0|[1-9]\d{0,14})){1,20}$/.test(text));
  if (!isOid) throw invalid('signAlgo');
  return text;
}

/** Every signature is approved with its digest, so where a number is given it is the number of digests. */
export function checkCount(value: unknown, count: number): void {
  if (count === 0 || count > LIST_MAX) throw invalid('hashes');
  const number = given(value);
  if (number !== undefined && number !== count && number !== `${count}`) throw invalid('numSignatures');
}
