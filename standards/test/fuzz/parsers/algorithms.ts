// SPDX-License-Identifier: Apache-2.0
// Written again from what was understood. Some algorithms have a second spelling by their standards: the parameters of a hash and of RSA PKCS #1 may
// be NULL or left out (RFC 4055 section 2.1, RFC 5754 section 2). Those spellings are listed here, and there is no other.
import {
  AlgorithmError,
  type AlgorithmIdentifier,
  ecdsaSignatureFromDer,
  ecdsaSignatureToDer,
  encodeHashAlgorithm,
  encodePssParameters,
  encodeSignatureAlgorithm,
  HASH_NAMES,
  type HashAlgorithm,
  hashAlgorithmOf,
  HASHES,
  parsePssParameters,
  type PssAlgorithm,
  readAlgorithmIdentifier,
  SHA2_NAMES,
  type SignatureAlgorithm,
  signatureAlgorithmOf,
  signatureAlgorithmParts,
} from '@sigillo/standards/algorithms';
import { Asn1Error, explicit, integer, nullValue, oid, readDer, sequence } from '@sigillo/standards/asn1';
import { sameBytes } from '@sigillo/standards/bytes';
import { derMutation } from '../mutate-der.ts';
import type { Parser } from '../parser.ts';
import { refusesWith } from './refusals.ts';
import { filler } from './sample-der.ts';

const MGF1_OID = '1.2.840.113549.1.1.8';

const ALGORITHMS: readonly SignatureAlgorithm[] = [
  ...SHA2_NAMES.flatMap((hash): SignatureAlgorithm[] => [
    { scheme: 'ecdsa', hash },
    { scheme: 'rsa-pkcs1', hash },
    { scheme: 'rsa-pss', hash, saltBytes: 32 },
  ]),
  { scheme: 'ed25519' },
  { scheme: 'ml-dsa-65' },
];

function parser(name: string, valid: readonly Uint8Array[], spellings: (input: Uint8Array) => readonly Uint8Array[]): Parser<Uint8Array> {
  return {
    name,
    valid,
    mutations: [derMutation],
    isRefusal: refusesWith(AlgorithmError, Asn1Error),
    respell(input) {
      const written = spellings(input);
      return written.find((one) => sameBytes(one, input)) ?? written[0]!;
    },
    lengthMax: 256,
  };
}

export const ofAlgorithms: readonly Parser<Uint8Array>[] = [
  parser('signature-algorithm', ALGORITHMS.map(encodeSignatureAlgorithm), (input) => spellingsOf(signatureAlgorithmOf(identifierOf(input)))),
  parser('hash-algorithm', HASH_NAMES.map(encodeHashAlgorithm), (input) => hashSpellings(hashAlgorithmOf(identifierOf(input)))),
  parser(
    'pss-parameters',
    HASH_NAMES.map((hash, i) => encodePssParameters({ scheme: 'rsa-pss', hash, saltBytes: 32 + i })),
    (input) => pssSpellings(parsePssParameters(input)),
  ),
  parser(
    'ecdsa-signature',
    [filler(64, 0x85), filler(64, 5), new Uint8Array(64).fill(0, 0, 60).fill(9, 60)].map((fixed) => ecdsaSignatureToDer(fixed, 'P-256')),
    (input) => [ecdsaSignatureToDer(ecdsaSignatureFromDer(input, 'P-256'), 'P-256')],
  ),
];

function identifierOf(input: Uint8Array): AlgorithmIdentifier {
  const reader = readDer(input);
  const identifier = readAlgorithmIdentifier(reader);
  reader.end();
  return identifier;
}

function spellingsOf(algorithm: SignatureAlgorithm): readonly Uint8Array[] {
  const ours = encodeSignatureAlgorithm(algorithm);
  const type = oid(signatureAlgorithmParts(algorithm).oid);
  if (algorithm.scheme === 'rsa-pkcs1') return [ours, sequence(type)];
  return algorithm.scheme === 'rsa-pss' ? [ours, ...pssSpellings(algorithm).map((parameters) => sequence(type, parameters))] : [ours];
}

function hashSpellings(hash: HashAlgorithm): readonly Uint8Array[] {
  return [encodeHashAlgorithm(hash), sequence(oid(HASHES[hash].oid), nullValue())];
}

function pssSpellings({ hash, saltBytes }: PssAlgorithm): readonly Uint8Array[] {
  const [bare, withNull] = hashSpellings(hash) as [Uint8Array, Uint8Array];
  return [withNull, bare].flatMap((first) =>
    [withNull, bare].map((second) => sequence(explicit(0, first), explicit(1, sequence(oid(MGF1_OID), second)), explicit(2, integer(saltBytes)))),
  );
}
