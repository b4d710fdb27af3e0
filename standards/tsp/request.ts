// SPDX-License-Identifier: Apache-2.0
// TimeStampReq (RFC 3161 section 2.4.1).
import { Asn1Error, type Asn1Reader, boolean, integer, oid, readDer, sequence, TAG } from '../asn1/index.ts';
import { TspError } from './error.ts';
import { encodeImprint, type MessageImprint, readImprint } from './imprint.ts';

export type TimeStampRequest = {
  readonly imprint: MessageImprint;
  readonly policy: string | null;
  /** Big-endian, without leading zeros. */
  readonly nonce: Uint8Array | null;
  /** Whether the token shall carry the certificate of the time-stamping unit. */
  readonly certificateRequested: boolean;
};

export function encodeTimeStampRequest(request: TimeStampRequest): Uint8Array<ArrayBuffer> {
  const fields: Uint8Array[] = [integer(1), encodeImprint(request.imprint)];
  if (request.policy !== null) fields.push(oid(request.policy));
  if (request.nonce !== null) fields.push(integer(request.nonce));
  if (request.certificateRequested) fields.push(boolean(true));
  return sequence(...fields);
}

/** What is asked for. Every refusal is a TspError, whose failure information is `timeStampFailureOf`. */
export function parseTimeStampRequest(bytes: Uint8Array): TimeStampRequest {
  try {
    return readRequest(readDer(bytes, { sizeBytesMax: 4096, depthMax: 6, elementsMax: 64 }).sequence());
  } catch (cause) {
    if (cause instanceof Asn1Error) throw new TspError('tsp_bad_request', cause);
    throw cause;
  }
}

function readRequest(fields: Asn1Reader): TimeStampRequest {
  if (fields.integer() !== 1) throw new TspError('tsp_version');
  const imprint = readImprint(fields);
  const policy = fields.tag === TAG.oid ? fields.oid() : null;
  const nonce = fields.tag === TAG.integer ? fields.integerBytes() : null;
  if (nonce !== null && nonce.length > NONCE_BYTES_MAX) throw new TspError('tsp_bad_request');
  const certificateRequested = fields.defaultFalse();
  // RFC 3161 section 2.4.1: a server refuses every extension that it does not know, critical or not.
  if (fields.tag === 0xa0) throw new TspError('tsp_extension');
  fields.end();
  return { imprint, policy, nonce, certificateRequested };
}

const NONCE_BYTES_MAX = 64;
