// SPDX-License-Identifier: Apache-2.0
// One request in, one response out (RFC 3161 section 2.4). Every refusal is a proper response with its failure information.
import { CONTENT_TYPE, encodeSignedAttributes, encodeSignedData } from '@sigillo/standards/cms';
import type { SignatureAlgorithm } from '@sigillo/standards/algorithms';
import {
  encodeGrantedResponse,
  encodeRejectedResponse,
  encodeTimeStampInfo,
  parseTimeStampRequest,
  timeStampFailureOf,
  TspError,
  type TimeStampFailure,
  type TimeStampRequest,
} from '@sigillo/standards/tsp';
import type { Certificate } from '@sigillo/standards/x509';
import { ClockJumped, type Clock } from './clock.ts';

export interface TimeStampingUnit {
  readonly certificate: Certificate;
  /** What a requester needs beside it, DER. */
  readonly chain: readonly Uint8Array[];
  readonly policy: string;
  readonly accuracyMs: number;
  readonly algorithm: SignatureAlgorithm;
  readonly sign: (message: Uint8Array) => Promise<Uint8Array> | Uint8Array;
  readonly sha256: (bytes: Uint8Array) => Uint8Array;
  readonly random: (length: number) => Uint8Array;
  readonly clock: Clock;
}

export interface Stamped {
  readonly response: Uint8Array;
  /** Empty where a token was granted. */
  readonly failure: TimeStampFailure | '';
}

const SERIAL_NUMBER_BYTES = 16;
const HASHES_TAKEN: ReadonlySet<string> = new Set(['sha256', 'sha384', 'sha512']);

export async function stamp(unit: TimeStampingUnit, request: Uint8Array): Promise<Stamped> {
  try {
    const asked = parseTimeStampRequest(request);
    if (!HASHES_TAKEN.has(asked.imprint.hash)) return refuse('badAlg', 'SHA-256, SHA-384 or SHA-512');
    if (asked.policy !== null && asked.policy !== unit.policy) return refuse('unacceptedPolicy', 'this policy is not offered');
    const time = unit.clock.now();
    if (time < unit.certificate.notBeforeMs || time > unit.certificate.notAfterMs) return refuse('systemFailure', 'the certificate of this unit is not valid now');
    return { response: encodeGrantedResponse(await token(unit, asked, time)), failure: '' };
  } catch (cause) {
    if (cause instanceof TspError) return refuse(timeStampFailureOf(cause.code), 'the request is not in order');
    if (cause instanceof ClockJumped) return refuse('timeNotAvailable', 'the time is not sure');
    throw cause;
  }
}

async function token(unit: TimeStampingUnit, asked: TimeStampRequest, genTimeMs: number): Promise<Uint8Array> {
  const info = encodeTimeStampInfo({
    policy: unit.policy,
    imprint: asked.imprint,
    serialNumber: serialNumber(unit.random),
    genTimeMs,
    accuracyMs: unit.accuracyMs,
    ordering: false,
    nonce: asked.nonce,
    authorityName: unit.certificate.subject.encoded,
  });
  // RFC 5816 section 2.2.1: the certificate of the unit is named under the signature.
  const signedAttributes = encodeSignedAttributes({
    contentType: CONTENT_TYPE.timeStampInfo,
    messageDigest: unit.sha256(info),
    signingCertificateV2: { hashAlgorithm: 'sha256', certHash: unit.sha256(unit.certificate.encoded) },
  });
  return encodeSignedData({
    contentType: CONTENT_TYPE.timeStampInfo,
    content: info,
    certificates: asked.certificateRequested ? [unit.certificate.encoded, ...unit.chain] : [],
    signer: { certificate: unit.certificate, digestAlgorithm: 'sha256', signedAttributes, signatureAlgorithm: unit.algorithm, signature: await unit.sign(signedAttributes) },
  });
}

/** Random, so that a restart cannot repeat one; positive and of full length. */
function serialNumber(random: (length: number) => Uint8Array): Uint8Array {
  const serial = Uint8Array.from(random(SERIAL_NUMBER_BYTES));
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  return serial;
}

function refuse(failure: TimeStampFailure, text: string): Stamped {
  return { response: encodeRejectedResponse(failure, text), failure };
}
