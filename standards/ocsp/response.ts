// SPDX-License-Identifier: Apache-2.0
// OCSPResponse (RFC 6960 section 4.2). Written: basic responses by a responder named by its key, with its certificate enclosed.
import {
  type Asn1Reader,
  bitString,
  element,
  enumerated,
  explicit,
  generalizedTime,
  octetString,
  oid,
  raw,
  readDer,
  sequence,
  TAG,
} from '../asn1/index.ts';
import {
  type AlgorithmIdentifier,
  encodeSignatureAlgorithm,
  readAlgorithmIdentifier,
  type SignatureAlgorithm,
} from '../algorithms/index.ts';
import {
  encodeExtensions,
  readExtensionList,
  readName,
  REVOCATION_REASONS,
  type RevocationReason,
  revocationReasonOf,
} from '../x509/index.ts';
import { type CertificateId, requireCertificateId } from './certificate-id.ts';
import { OcspError } from './error.ts';
import { nonceExtension, readNonce } from './nonce.ts';

export type CertificateStatus =
  | { readonly status: 'good' }
  | { readonly status: 'revoked'; readonly revokedAtMs: number; readonly reason: RevocationReason }
  | { readonly status: 'unknown' };

export type SingleResponseContent = {
  /** The bytes of the CertID as the request had them. */
  readonly certificateId: Uint8Array;
  readonly certificateStatus: CertificateStatus;
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number;
};

export type ResponseContent = {
  /** SHA-1 of the bits of the responder's key, which is what RFC 6960 section 4.2.1 names a responder by. */
  readonly responderKeyHash: Uint8Array;
  readonly producedAtMs: number;
  readonly responses: readonly SingleResponseContent[];
  readonly nonce: Uint8Array | null;
};

export type SingleResponse = {
  readonly certificateId: CertificateId;
  readonly certificateStatus: CertificateStatus;
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number | null;
};

const REFUSALS = { malformedRequest: 1, internalError: 2, tryLater: 3, sigRequired: 5, unauthorized: 6 } as const;

export type OcspRefusal = keyof typeof REFUSALS;

export type OcspResponse =
  | { readonly outcome: 'refused'; readonly refusal: OcspRefusal }
  | {
      readonly outcome: 'answered';
      readonly tbs: Uint8Array;
      readonly algorithm: AlgorithmIdentifier;
      readonly signature: Uint8Array;
      readonly certificates: readonly Uint8Array[];
      readonly responder: { readonly by: 'key'; readonly keyHash: Uint8Array } | { readonly by: 'name'; readonly name: Uint8Array };
      readonly producedAtMs: number;
      readonly responses: readonly SingleResponse[];
      readonly nonce: Uint8Array | null;
    };

/** The ResponseData: the bytes that the responder signs. */
export function buildTbsResponse(content: ResponseContent): Uint8Array<ArrayBuffer> {
  return sequence(
    explicit(2, octetString(content.responderKeyHash)),
    generalizedTime(content.producedAtMs),
    sequence(...content.responses.map(encodeSingle)),
    ...(content.nonce === null ? [] : [explicit(1, encodeExtensions([nonceExtension(content.nonce)]))]),
  );
}

export function assembleOcspResponse(
  tbs: Uint8Array,
  algorithm: SignatureAlgorithm,
  signature: Uint8Array,
  certificates: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const enclosed = certificates.length === 0 ? [] : [explicit(0, sequence(...certificates.map(raw)))];
  const basic = sequence(raw(tbs), encodeSignatureAlgorithm(algorithm), bitString(signature), ...enclosed);
  return sequence(enumerated(0), explicit(0, sequence(oid(BASIC_OID), octetString(basic))));
}

/** An answer without a signature: RFC 6960 section 2.3. */
export function encodeOcspRefusal(refusal: OcspRefusal): Uint8Array<ArrayBuffer> {
  return sequence(enumerated(REFUSALS[refusal]));
}

/** What a response says; whether the responder may say so, and signed it, is not checked here. */
export function parseOcspResponse(bytes: Uint8Array): OcspResponse {
  const outer = readDer(bytes, { sizeBytesMax: 65_536, depthMax: 8, elementsMax: 100 }).sequence();
  const code = outer.enumerated(6);
  if (code !== 0) return refused(code, outer);
  const tagged = outer.explicit(0);
  outer.end();
  const typed = tagged.sequence();
  tagged.end();
  if (typed.oid() !== BASIC_OID) throw new OcspError('ocsp_response_type');
  const octets = typed.octetString();
  typed.end();
  return readBasic(readDer(octets, { sizeBytesMax: 65_536, depthMax: 20, elementsMax: 5000 }).sequence());
}

function refused(code: number, outer: Asn1Reader): OcspResponse {
  outer.end();
  const refusal = (Object.keys(REFUSALS) as OcspRefusal[]).find((name) => REFUSALS[name] === code);
  if (refusal === undefined) throw new OcspError('ocsp_status');
  return { outcome: 'refused', refusal };
}

function readBasic(fields: Asn1Reader): OcspResponse {
  const tbs = fields.peek(TAG.sequence).encoded;
  const data = fields.sequence();
  const algorithm = readAlgorithmIdentifier(fields);
  const signature = fields.bitString();
  const certificates = readCertificates(fields.optionalExplicit(0));
  fields.end();
  if (data.optionalExplicit(0) !== undefined) throw new OcspError('ocsp_version');
  const responder = readResponder(data);
  const producedAtMs = data.generalizedTimeMs();
  const responses = data.sequence().all((reader) => readSingle(reader.sequence()));
  const nonce = readNonceOf(data.optionalExplicit(1));
  data.end();
  return { outcome: 'answered', tbs, algorithm, signature, certificates, responder, producedAtMs, responses, nonce };
}

function readResponder(data: Asn1Reader): { by: 'key'; keyHash: Uint8Array } | { by: 'name'; name: Uint8Array } {
  const byName = data.optionalExplicit(1);
  const reader = byName ?? data.explicit(2);
  const responder = byName
    ? ({ by: 'name', name: readName(reader).encoded } as const)
    : ({ by: 'key', keyHash: reader.octetString() } as const);
  reader.end();
  return responder;
}

function readCertificates(tagged: Asn1Reader | undefined): Uint8Array[] {
  if (tagged === undefined) return [];
  const list = tagged.sequence();
  tagged.end();
  return list.all((reader) => reader.take(TAG.sequence).encoded);
}

function readNonceOf(tagged: Asn1Reader | undefined): Uint8Array | null {
  return tagged === undefined ? null : readNonce(readExtensionList(tagged.sequence()));
}

function readSingle(fields: Asn1Reader): SingleResponse {
  const certificateId = requireCertificateId(fields);
  const certificateStatus = readStatus(fields);
  const thisUpdateMs = fields.generalizedTimeMs();
  const nextUpdateMs = fields.optionalExplicit(0)?.generalizedTimeMs() ?? null;
  const extensions = fields.optionalExplicit(1);
  if (extensions !== undefined && readExtensionList(extensions.sequence()).some(({ critical }) => critical))
    throw new OcspError('ocsp_critical_extension');
  fields.end();
  return { certificateId, certificateStatus, thisUpdateMs, nextUpdateMs };
}

function readStatus(fields: Asn1Reader): CertificateStatus {
  if (fields.optionalImplicit(0, TAG.null)?.null() === null) return { status: 'good' };
  if (fields.optionalImplicit(2, TAG.null)?.null() === null) return { status: 'unknown' };
  return readRevoked(fields.implicit(1, TAG.sequence).sequence());
}

function readRevoked(info: Asn1Reader): CertificateStatus {
  const revokedAtMs = info.generalizedTimeMs();
  const code = info.optionalExplicit(0)?.enumerated(10);
  info.end();
  return { status: 'revoked', revokedAtMs, reason: code === undefined ? 'unspecified' : revocationReasonOf(code) };
}

function encodeSingle(content: SingleResponseContent): Uint8Array {
  return sequence(
    raw(content.certificateId),
    encodeStatus(content.certificateStatus),
    generalizedTime(content.thisUpdateMs),
    explicit(0, generalizedTime(content.nextUpdateMs)),
  );
}

function encodeStatus(status: CertificateStatus): Uint8Array {
  switch (status.status) {
    case 'good':
      return element(GOOD_TAG);
    case 'unknown':
      return element(UNKNOWN_TAG);
    case 'revoked': {
      const reason = status.reason === 'unspecified' ? [] : [explicit(0, enumerated(REVOCATION_REASONS[status.reason]))];
      return element(REVOKED_TAG, generalizedTime(status.revokedAtMs), ...reason);
    }
  }
}

const BASIC_OID = '1.3.6.1.5.5.7.48.1.1';
const GOOD_TAG = 0x80;
const REVOKED_TAG = 0xa1;
const UNKNOWN_TAG = 0x82;
