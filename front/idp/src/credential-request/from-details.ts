// SPDX-License-Identifier: Apache-2.0
// `authorization_details` (RFC 9396) of the type that CSC defines. Members that we do not know are left alone.
import { LIST_MAX } from '@sigillo/doors/sap';
import type { CredentialRequest, DocumentLocation } from './credential-request.ts';
import { CredentialRequestError, invalid, missing } from './error.ts';
import { checkCount, credentialId, given, hashAlgorithm, optionalText, signatureAlgorithm } from './fields.ts';
import { hashLength, readHash } from './hashes.ts';
import { numberLabel, readLabel } from './label.ts';

/** The short name is the one of CSC 2.0, the address the one of 2.1 and later. */
export const DETAILS_TYPES: readonly string[] = ['credential', 'https://cloudsignatureconsortium.org/2025/credential'];

type Members = Readonly<Record<string, unknown>>;

export function readAuthorizationDetails(details: unknown, scaUrl: string): CredentialRequest {
  try {
    return readDetail(onlyDetail(details), scaUrl);
  } catch (cause) {
    if (cause instanceof CredentialRequestError) throw new CredentialRequestError(cause.message, true);
    throw cause;
  }
}

/** One approval is one request: several in one list are refused. */
export function onlyDetail(details: unknown): Members {
  const single = Array.isArray(details) && details.length === 1;
  if (!single) throw new CredentialRequestError('authorization_details must contain one entry', true);
  const [detail] = details as readonly unknown[];
  if (!isObject(detail)) throw new CredentialRequestError('authorization_details must contain an object', true);
  return detail;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readDetail(detail: Members, scaUrl: string): CredentialRequest {
  if (!DETAILS_TYPES.includes(detail['type'] as string)) throw invalid('type');
  const algorithm = hashAlgorithm(detail['hashAlgorithmOID']);
  const length = hashLength(algorithm);
  const digests = documentDigests(detail['documentDigests']);
  checkCount(detail['numSignatures'], digests.length);
  return {
    credentialId: credentialId(detail['credentialID']),
    hashAlgorithm: algorithm,
    signatureAlgorithm: signatureAlgorithm(detail['signAlgo']),
    hashes: digests.map((digest) => readHash(hashOf(digest), length, 'documentDigests')),
    labels: digests.map((digest, i) => readLabel(optionalText(digest['label'], 'label') ?? numberLabel(i), 'label')),
    locations: readLocations(detail['documentLocations'], digests.length, scaUrl),
  };
}

function documentDigests(value: unknown): readonly Members[] {
  if (!Array.isArray(value) || value.length === 0) throw missing('array', 'documentDigests');
  if (value.length > LIST_MAX) throw invalid('documentDigests');
  return value.map((digest: unknown) => {
    if (!isObject(digest)) throw invalid('documentDigests');
    return digest;
  });
}

/** Some clients call the member `hashes` and put one text there. A digest of something else than the DTBS/R is not ours to take. */
function hashOf(digest: Members): string {
  const type = optionalText(digest['hashType'], 'hashType');
  if (type !== undefined && type.toLowerCase() !== 'dtbsr') throw invalid('hashType');
  const hash = optionalText(digest['hash'], 'hash');
  const other = optionalText(digest['hashes'], 'hashes');
  if (hash !== undefined && other !== undefined && hash !== other) throw invalid('documentDigests');
  const spelling = hash ?? other;
  if (spelling === undefined) throw missing('string', 'hash');
  return spelling;
}

/** Where the signer's page gets the prepared documents; only at the SCA, so that no client can make the page ask elsewhere. */
function readLocations(value: unknown, count: number, scaUrl: string): readonly DocumentLocation[] | undefined {
  const list = given(value);
  if (list === undefined) return undefined;
  if (!Array.isArray(list) || list.length !== count) throw invalid('documentLocations');
  return list.map((entry: unknown) => {
    if (!isObject(entry) || Object.keys(entry).length !== 2) throw invalid('documentLocations');
    return { content: locationUrl(entry['content'], scaUrl), attributes: locationUrl(entry['attributes'], scaUrl) };
  });
}

function locationUrl(value: unknown, scaUrl: string): string {
  const url = typeof value === 'string' && value.length <= 512 ? URL.parse(value) : null;
  if (url === null || url.href !== value || url.origin !== new URL(scaUrl).origin || url.hash !== '' || url.username !== '') {
    throw invalid('documentLocations');
  }
  return value;
}
