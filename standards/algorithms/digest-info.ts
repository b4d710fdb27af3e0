// SPDX-License-Identifier: Apache-2.0
import { nullValue, octetString, oid, sequence } from '../asn1/index.ts';
import { AlgorithmError } from './error.ts';
import { HASHES, type HashAlgorithm } from './table.ts';

/** DigestInfo, what RSASSA-PKCS1-v1_5 pads (RFC 8017 section 9.2, where the parameters are NULL and not absent). */
export function encodeDigestInfo(hash: HashAlgorithm, digest: Uint8Array): Uint8Array<ArrayBuffer> {
  if (digest.length !== HASHES[hash].lengthBytes) throw new AlgorithmError('algorithm_parameters', hash);
  return sequence(sequence(oid(HASHES[hash].oid), nullValue()), octetString(digest));
}
