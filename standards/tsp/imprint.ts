// SPDX-License-Identifier: Apache-2.0
import { type Asn1Reader, octetString, sequence } from '../asn1/index.ts';
import {
  AlgorithmError,
  encodeHashAlgorithm,
  type HashAlgorithm,
  hashAlgorithmOf,
  HASHES,
  readAlgorithmIdentifier,
} from '../algorithms/index.ts';
import { TspError } from './error.ts';

/** What is stamped: a digest and how it was made (RFC 3161 section 2.4.1). */
export type MessageImprint = { readonly hash: HashAlgorithm; readonly digest: Uint8Array };

export function encodeImprint({ hash, digest }: MessageImprint): Uint8Array<ArrayBuffer> {
  if (digest.length !== HASHES[hash].lengthBytes) throw new TspError('tsp_digest_length');
  return sequence(encodeHashAlgorithm(hash), octetString(digest));
}

export function readImprint(reader: Asn1Reader): MessageImprint {
  const fields = reader.sequence();
  const hash = readHash(fields);
  const digest = fields.octetString();
  fields.end();
  if (digest.length !== HASHES[hash].lengthBytes) throw new TspError('tsp_digest_length');
  return { hash, digest };
}

function readHash(fields: Asn1Reader): HashAlgorithm {
  try {
    return hashAlgorithmOf(readAlgorithmIdentifier(fields));
  } catch (cause) {
    if (cause instanceof AlgorithmError) throw new TspError('tsp_bad_algorithm', cause);
    throw cause;
  }
}
