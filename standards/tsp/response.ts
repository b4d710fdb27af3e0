// SPDX-License-Identifier: Apache-2.0
// TimeStampResp (RFC 3161 section 2.4.2).
import { type Asn1Reader, integer, namedBits, raw, readBer, sequence, TAG, utf8String } from '../asn1/index.ts';
import { TspError, type TspErrorCode } from './error.ts';

/** PKIFailureInfo, by bit. */
const FAILURE_BITS = {
  badAlg: 0,
  badRequest: 2,
  badDataFormat: 5,
  timeNotAvailable: 14,
  unacceptedPolicy: 15,
  unacceptedExtension: 16,
  addInfoNotAvailable: 17,
  systemFailure: 25,
} as const;

export type TimeStampFailure = keyof typeof FAILURE_BITS;

export type TimeStampResponse =
  | { readonly outcome: 'granted'; readonly token: Uint8Array }
  | { readonly outcome: 'rejected'; readonly failures: readonly TimeStampFailure[]; readonly text: string };

export function encodeGrantedResponse(token: Uint8Array): Uint8Array<ArrayBuffer> {
  return sequence(sequence(integer(GRANTED)), raw(token));
}

export function encodeRejectedResponse(failure: TimeStampFailure, text: string): Uint8Array<ArrayBuffer> {
  return sequence(sequence(integer(REJECTION), sequence(utf8String(text)), namedBits([FAILURE_BITS[failure]])));
}

/** What to answer to a request that `parseTimeStampRequest` refused. */
export function timeStampFailureOf(code: TspErrorCode): TimeStampFailure {
  return FAILURE_BY_CODE[code] ?? 'systemFailure';
}

/** A token is there if and only if it was granted; nothing about it is checked yet. */
export function parseTimeStampResponse(bytes: Uint8Array): TimeStampResponse {
  const fields = readBer(bytes, { sizeBytesMax: 1 << 18, depthMax: 40, elementsMax: 10_000 }).sequence();
  const { status, failures, text } = readStatusInfo(fields.sequence());
  const token = fields.left > 0 ? fields.take(TAG.sequence).encoded : null;
  fields.end();
  const granted = status === GRANTED || status === GRANTED_WITH_MODIFICATIONS;
  if (granted !== (token !== null)) throw new TspError('tsp_status');
  return token === null ? { outcome: 'rejected', failures, text } : { outcome: 'granted', token };
}

function readStatusInfo(info: Asn1Reader): { status: number; failures: TimeStampFailure[]; text: string } {
  const status = info.integer(5);
  const texts = info.tag === TAG.sequence ? info.sequence().all((list) => list.text()) : [];
  const bits = info.tag === TAG.bitString ? info.namedBits() : new Set<number>();
  info.end();
  const failures = (Object.keys(FAILURE_BITS) as TimeStampFailure[]).filter((failure) => bits.has(FAILURE_BITS[failure]));
  return { status, failures, text: texts.join(' ') };
}

const FAILURE_BY_CODE: Readonly<Partial<Record<TspErrorCode, TimeStampFailure>>> = {
  tsp_bad_algorithm: 'badAlg',
  tsp_version: 'badRequest',
  tsp_bad_request: 'badDataFormat',
  tsp_digest_length: 'badDataFormat',
  tsp_policy: 'unacceptedPolicy',
  tsp_extension: 'unacceptedExtension',
};

const GRANTED = 0;
const GRANTED_WITH_MODIFICATIONS = 1;
const REJECTION = 2;
