// SPDX-License-Identifier: Apache-2.0
// The bodies of the CSC methods without a request around them, so that many can be read: names, kinds, hashes and algorithms.
import { HASHES, signatureAlgorithmParts } from '@sigillo/standards/algorithms';
import { toBase64, utf8 } from '@sigillo/standards/bytes';
import { parseStrictJson, StrictJsonError } from '@sigillo/standards/json';
import { jsonMutation, type Parser, readJsonAgain } from '@sigillo/standards/test/fuzz';
import { HttpProblem } from '@sigillo/http';
import { type CscFields, type CscValues, readFields } from '../../src/csc/fields.ts';
import { readHashes } from '../../src/csc/hashes.ts';
import { INFO_FIELDS } from '../../src/credentials/info.ts';
import { LIST_FIELDS } from '../../src/credentials/list.ts';
import { readAlgorithm } from '../../src/signatures/algorithm.ts';
import { SIGN_HASH_FIELDS } from '../../src/signatures/sign-hash.ts';

const DEPTH_MAX = 16;
const hash = toBase64(new Uint8Array(32).fill(0xd1));
const SIGN_HASH = { credentialID: '5c'.repeat(16), hashes: [hash, hash], hashAlgorithmOID: '2.16.840.1.101.3.4.2.1', signAlgo: '1.2.840.10045.4.3.2', operationMode: 'S', clientData: 'x' };
const PSS = signatureAlgorithmParts({ scheme: 'rsa-pss', hash: 'sha256', saltBytes: 32 });
const SNAKE = { credential_id: '5c'.repeat(16), hash: `${hash},${encodeURIComponent(hash)}`, SAD: 'a.b.c', sign_algo: PSS.oid, sign_algo_params: toBase64(PSS.parameters!) };
const LIST = { userID: null, credentialInfo: true, onlyValid: false, certificates: 'chain', certInfo: true, authInfo: false, lang: 'ja' };

type Values = Readonly<Record<string, unknown>>;

function parser<F extends CscFields>(name: string, fields: F, valid: readonly object[], further: (values: CscValues<F>) => void = () => undefined): Parser<Uint8Array> {
  return {
    name: `csc-body-${name}`,
    valid: valid.map((body) => utf8(JSON.stringify(body))),
    mutations: [jsonMutation],
    isRefusal: (error) => error instanceof StrictJsonError || (error instanceof HttpProblem && error.status === 400),
    respell: (input) => {
      const values = readFields(fields, parseStrictJson(input, DEPTH_MAX));
      further(values);
      const [read, again] = [values, fieldsAgain(fields, readJsonAgain(input))].map((one) => JSON.stringify(one));
      return read === again ? input : utf8(read!);
    },
  };
}

/** Every spelling of a parameter that has a value has the same. */
function fieldsAgain(fields: CscFields, body: unknown): Values {
  const given = new Map(Object.entries(body ?? {}));
  const values = Object.entries(fields).map(([name, { kind, aliases = [] }]) => {
    const found = [name, ...aliases].map((spelling) => given.get(spelling)).filter((value) => value !== undefined && value !== null && value !== '');
    const meant = found.map((value) => (kind === 'texts' ? [value].flat().flatMap((text) => (Array.isArray(value) ? [text] : String(text).split(/[,;]/))) : value));
    return [name, new Set(meant.map((value) => JSON.stringify(value))).size > 1 ? 'contradicting' : meant[0]];
  });
  return Object.fromEntries(values) as Values;
}

function readSignHash(values: CscValues<typeof SIGN_HASH_FIELDS>): void {
  const texts = values.hashes ?? [];
  const read = readHashes(texts, HASHES[readAlgorithm(values).hash].lengthBytes);
  const again = texts.map((text) => new Uint8Array(Buffer.from(/%[0-9a-f]{2}/i.test(text) ? decodeURIComponent(text) : text, 'base64')));
  for (const [i, digest] of read.entries()) if (toBase64(digest) !== toBase64(again[i]!)) throw new TypeError(`hash ${i} is read as ${toBase64(digest)}`);
}

export const cscBodies: readonly Parser<Uint8Array>[] = [
  parser('sign-hash', SIGN_HASH_FIELDS, [SIGN_HASH, SNAKE], readSignHash),
  parser('credentials-list', LIST_FIELDS, [LIST, {}]),
  parser('credentials-info', INFO_FIELDS, [{ ...LIST, credentialID: '5c'.repeat(16) }]),
];
