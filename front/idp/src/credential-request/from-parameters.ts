// SPDX-License-Identifier: Apache-2.0
// Scope `credential` with parameters of its own (CSC API 2.0 section 8.4.2; `hash` is the name of `hashes` in version 1).
import type { CredentialRequest, RequestParameters } from './credential-request.ts';
import { invalid, missing } from './error.ts';
import { checkCount, credentialId, hashAlgorithm, optionalText, signatureAlgorithm } from './fields.ts';
import { hashLength, readHash, splitHashes } from './hashes.ts';
import { numberLabel, readLabel } from './label.ts';

const DESCRIPTION_LENGTH_MAX = 500;

export function readScopeParameters(parameters: RequestParameters): CredentialRequest {
  const algorithm = hashAlgorithm(parameters['hashAlgorithmOID']);
  const length = hashLength(algorithm);
  const hashes = splitHashes(hashList(parameters)).map((spelling) => readHash(spelling, length, 'hashes'));
  checkCount(parameters['numSignatures'], hashes.length);
  return {
    credentialId: credentialId(parameters['credentialID']),
    hashAlgorithm: algorithm,
    signatureAlgorithm: signatureAlgorithm(parameters['signAlgo']),
    hashes,
    labels: labelsFor(optionalText(parameters['description'], 'description'), hashes.length),
    locations: undefined,
  };
}

function hashList(parameters: RequestParameters): string {
  const hashes = optionalText(parameters['hashes'], 'hashes');
  const older = optionalText(parameters['hash'], 'hash');
  if (hashes !== undefined && older !== undefined && hashes !== older) throw invalid('hashes');
  const list = hashes ?? older;
  if (list === undefined) throw missing('string', 'hashes');
  return list;
}

/** This spelling has one description for all documents. */
function labelsFor(description: string | undefined, count: number): readonly string[] {
  if (description === undefined) return Array.from({ length: count }, (_, i) => numberLabel(i));
  if (description.length > DESCRIPTION_LENGTH_MAX) throw invalid('description');
  const numbered = (i: number): string => (count === 1 ? description : `${i + 1}/${count} ${description}`);
  return Array.from({ length: count }, (_, i) => readLabel(numbered(i), 'description'));
}
