// SPDX-License-Identifier: Apache-2.0
// `signAlgo`, `signAlgoParams` and `hashAlgorithmOID` of a call become the one algorithm that they mean (CSC API v2.0.0.2 section 11.9).
// Whether the key may sign with it, and whether it was approved, is for the SAM.
import {
  AlgorithmError,
  type HashAlgorithm,
  hashByOid,
  HASHES,
  isSha2,
  KEY_OID,
  type SignatureAlgorithm,
  signatureAlgorithmOf,
  signatureAlgorithmParts,
} from '@sigillo/standards/algorithms';
import { Asn1Error } from '@sigillo/standards/asn1';
import { SpellingError } from '@sigillo/standards/bytes';
import { readLenientBase64 } from '../csc/hashes.ts';
import { invalid, missing } from '../csc/problem.ts';

const RSA_PSS_OID = '1.2.840.113549.1.1.10';

export interface CalledAlgorithm {
  readonly hash: HashAlgorithm;
  readonly hashAlgorithm: string | null;
  readonly signatureAlgorithm: string;
  readonly signatureParameters: Uint8Array | null;
}

export interface AlgorithmFields {
  readonly signAlgo: string | undefined;
  readonly signAlgoParams: string | undefined;
  readonly hashAlgorithmOID: string | undefined;
}

export function readAlgorithm(fields: AlgorithmFields): CalledAlgorithm {
  if (fields.signAlgo === undefined) throw missing('string', 'signAlgo');
  const named = fields.hashAlgorithmOID === undefined ? undefined : readHash(fields.hashAlgorithmOID);
  const algorithm = fields.signAlgo === KEY_OID.rsa ? bareRsa(named) : readSignatureAlgorithm(fields.signAlgo, fields.signAlgoParams);
  if (!('hash' in algorithm)) throw invalid('signAlgo');
  if (named !== undefined && named !== algorithm.hash) throw invalid('hashAlgorithmOID');
  const isPss = algorithm.scheme === 'rsa-pss';
  const { oid, parameters } = signatureAlgorithmParts(algorithm);
  const hashAlgorithm = named === undefined ? null : HASHES[named].oid;
  return { hash: algorithm.hash, hashAlgorithm, signatureAlgorithm: oid, signatureParameters: isPss ? parameters : null };
}

function readHash(oid: string): HashAlgorithm {
  try {
    return hashByOid(oid);
  } catch (cause) {
    if (cause instanceof AlgorithmError) throw invalid('hashAlgorithmOID');
    throw cause;
  }
}

/** rsaEncryption names no hash: the call must, and PKCS #1 v1.5 is meant. */
function bareRsa(hash: HashAlgorithm | undefined): SignatureAlgorithm {
  if (hash === undefined) throw missing('string', 'hashAlgorithmOID');
  if (!isSha2(hash)) throw invalid('hashAlgorithmOID');
  return { scheme: 'rsa-pkcs1', hash };
}

function readSignatureAlgorithm(oid: string, parameters: string | undefined): SignatureAlgorithm {
  if (oid === RSA_PSS_OID && parameters === undefined) throw missing('string', 'signAlgoParams');
  try {
    return signatureAlgorithmOf({ oid, parameters: oid === RSA_PSS_OID ? readLenientBase64(parameters!) : null });
  } catch (cause) {
    const isMalformed = cause instanceof AlgorithmError || cause instanceof Asn1Error || cause instanceof SpellingError;
    if (isMalformed) throw invalid(oid === RSA_PSS_OID ? 'signAlgoParams' : 'signAlgo');
    throw cause;
  }
}
