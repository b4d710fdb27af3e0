// SPDX-License-Identifier: Apache-2.0
// A time-stamp is believed for one reason: a time-stamping unit that leads to a trusted anchor signed this digest, for this request,
// and its certificate allows nothing but that (RFC 3161 sections 2.2, 2.3 and 2.4.2).
import { type HashAlgorithm, hashAlgorithmOf } from '../algorithms/index.ts';
import { sameBytes } from '../bytes/index.ts';
import {
  CONTENT_TYPE,
  foreignSignerClaim,
  namesCertificate,
  onlySigner,
  parseSignedData,
  type SignedData,
  type SignerInfo,
  verifySignerClaim,
} from '../cms/index.ts';
import { type Certificate, KEY_PURPOSE_OID, parseCertificate, verifyChain, type VerifySignature } from '../x509/index.ts';
import { TspError } from './error.ts';
import type { MessageImprint } from './imprint.ts';
import type { TimeStampRequest } from './request.ts';
import { parseTimeStampResponse } from './response.ts';
import { parseTimeStampInfo, type TimeStampInfo } from './token-info.ts';

export type TimeStampTrust = {
  readonly anchors: readonly Certificate[];
  /** Certificates that may lead from the unit to an anchor, besides those in the token. */
  readonly intermediates: readonly Certificate[];
  readonly digest: (hash: HashAlgorithm | 'sha1', bytes: Uint8Array) => Uint8Array;
  readonly verify: VerifySignature;
};

export type TimeStampDemand = {
  readonly imprint: MessageImprint;
  /** The nonce that was sent; null leaves the token's own unlooked at, as for a token met inside a document. */
  readonly nonce: Uint8Array | null;
  /** The policy that was asked for, if any. */
  readonly policy: string | null;
};

/** `content` is the TSTInfo as it was signed. */
export type TimeStampToken = { readonly info: TimeStampInfo; readonly content: Uint8Array; readonly signedData: SignedData };

export type TimeStampProof = {
  readonly token: Uint8Array;
  readonly info: TimeStampInfo;
  readonly genTimeMs: number;
  /** The unit's certificate first, the anchor last. */
  readonly path: readonly Certificate[];
};

/** The answer to our own request: granted, and its token proven. */
export function verifyTimeStampResponse(response: Uint8Array, trust: TimeStampTrust, request: TimeStampRequest): TimeStampProof {
  const parsed = parseTimeStampResponse(response);
  if (parsed.outcome === 'rejected') throw new TspError('tsp_not_granted', parsed.failures);
  return verifyTimeStampToken(parsed.token, trust, request);
}

export function verifyTimeStampToken(token: Uint8Array, trust: TimeStampTrust, demand: TimeStampDemand): TimeStampProof {
  const { info, content, signedData } = parseTimeStampToken(token);
  requireAsked(info, demand);
  const signer = onlySigner(signedData);
  const embedded = signedData.certificates.map(parseCertificate);
  const certificate = unitCertificate(signer, [...embedded, ...trust.intermediates]);
  requireTimeStamping(certificate);
  verifyUnitSignature(content, signer, certificate, trust);
  const path = verifyChain(certificate, trust, { candidates: [...embedded, ...trust.intermediates], atMs: info.genTimeMs });
  return { token, info, genTimeMs: info.genTimeMs, path };
}

/** The parts of a token without any proof: for showing, and for building validation material. */
export function parseTimeStampToken(token: Uint8Array): TimeStampToken {
  const signedData = parseSignedData(token, 'ber');
  if (signedData.contentType !== CONTENT_TYPE.timeStampInfo || signedData.content === null) throw new TspError('tsp_token');
  return { info: parseTimeStampInfo(signedData.content), content: signedData.content, signedData };
}

function requireAsked(info: TimeStampInfo, demand: TimeStampDemand): void {
  const { hash, digest } = demand.imprint;
  if (info.imprint.hash !== hash || !sameBytes(info.imprint.digest, digest)) throw new TspError('tsp_imprint');
  if (demand.nonce !== null && (info.nonce === null || !sameBytes(info.nonce, withoutLeadingZeros(demand.nonce))))
    throw new TspError('tsp_nonce');
  if (demand.policy !== null && info.policy !== demand.policy) throw new TspError('tsp_policy');
}

function unitCertificate(signer: SignerInfo, certificates: readonly Certificate[]): Certificate {
  const certificate = certificates.find((candidate) => namesCertificate(signer.identifier, candidate));
  if (certificate === undefined) throw new TspError('tsp_certificate');
  return certificate;
}

/** RFC 3161 section 2.3: critical, and no other purpose. */
function requireTimeStamping(certificate: Certificate): void {
  const { extendedKeyUsage, keyUsage } = certificate.extensions;
  const purposes = extendedKeyUsage?.purposes ?? [];
  if (extendedKeyUsage?.critical !== true || purposes.length !== 1 || purposes[0] !== KEY_PURPOSE_OID.timeStamping)
    throw new TspError('tsp_key_usage');
  if (keyUsage !== null && !keyUsage.has('digitalSignature') && !keyUsage.has('contentCommitment')) throw new TspError('tsp_key_usage');
}

function verifyUnitSignature(content: Uint8Array, signer: SignerInfo, certificate: Certificate, trust: TimeStampTrust): void {
  const claim = foreignSignerClaim(signer, {
    contentType: CONTENT_TYPE.timeStampInfo,
    contentDigest: trust.digest(hashAlgorithmOf(signer.digestAlgorithm), content),
    certificate,
    certificateDigest: (hash) => trust.digest(hash, certificate.encoded),
  });
  verifySignerClaim(claim, trust.verify);
}

/** As an INTEGER has it: a nonce drawn as bytes may begin with zeros. */
function withoutLeadingZeros(magnitude: Uint8Array): Uint8Array {
  const start = magnitude.findIndex((octet) => octet !== 0);
  return start === -1 ? Uint8Array.of(0) : magnitude.subarray(start);
}
