// SPDX-License-Identifier: Apache-2.0
// RSASSA-PSS-params (RFC 4055 section 3.1). The defaults of that syntax are SHA-1 and so are never used: hash, mask and salt
// length are always written, the trailer field never, and MGF1 uses the hash of the message.
import { type Asn1Reader, explicit, integer, nullValue, oid, readDer, sequence } from '../asn1/index.ts';
import { AlgorithmError } from './error.ts';
import { HASH_NAMES, HASHES, type HashAlgorithm, MGF1_OID, RSA_PSS_OID } from './table.ts';

export type PssAlgorithm = { readonly scheme: 'rsa-pss'; readonly hash: HashAlgorithm; readonly saltBytes: number };

export function encodePssParameters({ hash, saltBytes }: PssAlgorithm): Uint8Array<ArrayBuffer> {
  const hashAlgorithm = sequence(oid(HASHES[hash].oid), nullValue());
  return sequence(explicit(0, hashAlgorithm), explicit(1, sequence(oid(MGF1_OID), hashAlgorithm)), explicit(2, integer(saltBytes)));
}

export function parsePssParameters(bytes: Uint8Array): PssAlgorithm {
  const fields = readDer(bytes, { sizeBytesMax: 256, depthMax: 8, elementsMax: 32 }).sequence();
  const hash = readHash(fields.explicit(0));
  const mask = fields.explicit(1).sequence();
  if (mask.oid() !== MGF1_OID || readHash(mask) !== hash) throw new AlgorithmError('algorithm_parameters', RSA_PSS_OID);
  const saltBytes = fields.explicit(2).integer(SALT_BYTES_MAX);
  fields.end();
  return { scheme: 'rsa-pss', hash, saltBytes };
}

function readHash(holder: Asn1Reader): HashAlgorithm {
  const identifier = holder.sequence();
  holder.end();
  const type = identifier.oid();
  if (identifier.left > 0) identifier.null();
  identifier.end();
  const hash = HASH_NAMES.find((name) => HASHES[name].oid === type);
  if (hash === undefined) throw new AlgorithmError('algorithm_unknown', type);
  return hash;
}

/** The longest hash there is; a longer salt proves nothing more, and RSA-3072 with SHA-512 still has room for it. */
const SALT_BYTES_MAX = 64;
