// SPDX-License-Identifier: Apache-2.0
// What an authenticator and a browser write. Keys, authenticator data and attestation objects are put together again from what was read (extension data,
// which is refused afterwards, stands as it came). Client data is the browser's JSON: a second reader must find the same in it.
import { readFileSync } from 'node:fs';
import { concat, fromBase64url, fromHex, utf8 } from '@sigillo/standards/bytes';
import * as webauthn from '@sigillo/standards/webauthn';
import { cborMutation } from '../mutate-cbor.ts';
import { jsonMutation } from '../mutate-json.ts';
import type { Parser } from '../parser.ts';
import { readJsonAgain } from './json-again.ts';
import { refusesWith } from './refusals.ts';
import { filler } from './sample-der.ts';

const isRefusal = refusesWith(webauthn.WebauthnError);

const KEYS: readonly Uint8Array[] = [
  concat(fromHex('a5010203262001215820'), filler(32, 1), fromHex('225820'), filler(32, 2)),
  concat(fromHex('a501020338222002215830'), filler(48, 1), fromHex('225830'), filler(48, 2)),
  concat(fromHex('a4010103272006215820'), filler(32, 3)),
  concat(fromHex('a401030339010020590100'), Uint8Array.of(0xc1, ...filler(254, 4), 0x0b), fromHex('2143010001')),
];
const rpIdHash = filler(32, 9);
const attested = (key: Uint8Array): Uint8Array => concat(new Uint8Array(16), Uint8Array.of(0, 16), filler(16, 8), key);
const AUTHENTICATOR_DATA: readonly Uint8Array[] = [
  concat(rpIdHash, Uint8Array.of(0x05, 0, 0, 0, 7)),
  concat(rpIdHash, Uint8Array.of(0x1d, 0, 0, 0, 0)),
  ...KEYS.slice(0, 3).map((key) => concat(rpIdHash, Uint8Array.of(0x45, 0, 0, 1, 0), attested(key))),
  concat(rpIdHash, Uint8Array.of(0x85, 0, 0, 0, 7), fromHex('a163666f6ff5')),
];
const NONE = fromHex('a363666d74646e6f6e656761747453746d74a068617574684461746158');
const OBJECTS = [AUTHENTICATOR_DATA[2]!, AUTHENTICATOR_DATA[4]!].map((data) => concat(NONE, Uint8Array.of(data.length), data));
const CLIENT_DATA = [
  '{"type":"webauthn.get","challenge":"r2An_Gw-14_q_paJ8phuf9Rk9YdjbGFBjGxFJMbdqV4","origin":"https://sic.example:8443","crossOrigin":false}',
  '{"type":"webauthn.create","challenge":"AAAA","origin":"http://localhost:8400","crossOrigin":true,"topOrigin":"https://a.example","other":{"a":[1]}}',
].map(utf8);

interface Ceremonies {
  readonly registration: { readonly attestationObject: string };
  readonly authentication: { readonly authenticatorData: string; readonly clientDataJson: string };
}
const { vectors: published } = JSON.parse(readFileSync(new URL('../../../../vectors/webauthn-l3-section-16.json', import.meta.url), 'utf8')) as {
  readonly vectors: readonly Ceremonies[];
};

/** The specification allows more than we take. */
function isTaken(parse: (input: Uint8Array) => unknown): (input: Uint8Array) => boolean {
  return (input) => {
    try {
      return parse(input) !== undefined;
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  };
}

export const ofWebauthn: readonly Parser<Uint8Array>[] = [
  {
    name: 'cose-key',
    valid: KEYS,
    mutations: [cborMutation],
    isRefusal,
    respell: (input) => {
      const key = webauthn.parseCoseKey(input);
      webauthn.coseKeyToSpki(key);
      return coseAgain(key);
    },
  },
  {
    name: 'authenticator-data',
    valid: [...AUTHENTICATOR_DATA, ...published.map(({ authentication }) => fromHex(authentication.authenticatorData)).filter(isTaken(webauthn.parseAuthenticatorData))],
    mutations: [(input, random, other) => concat(input.subarray(0, 37), other.subarray(37 + random.below(2)))],
    isRefusal,
    respell: (input) => dataAgain(webauthn.parseAuthenticatorData(input), input),
  },
  {
    name: 'attestation-object',
    valid: [...OBJECTS, ...published.map(({ registration }) => fromHex(registration.attestationObject)).filter(isTaken(webauthn.parseAttestationObject))],
    mutations: [cborMutation],
    isRefusal,
    respell(input) {
      const data = dataAgain(webauthn.parseAttestationObject(input), input.subarray(NONE.length + (input[NONE.length - 1] === 0x59 ? 2 : 1)));
      return data.length < 256 ? concat(NONE, Uint8Array.of(data.length), data) : concat(NONE.subarray(0, -1), Uint8Array.of(0x59, data.length >> 8, data.length), data);
    },
  },
  {
    name: 'client-data',
    valid: [...CLIENT_DATA, ...published.map(({ authentication }) => fromHex(authentication.clientDataJson)).filter(isTaken(webauthn.parseClientData))],
    mutations: [jsonMutation],
    isRefusal,
    respell(input) {
      const given = webauthn.parseClientData(input);
      const { type, challenge, origin, crossOrigin = false, topOrigin = null } = readJsonAgain(input) as Readonly<Record<string, unknown>>;
      const again = { type, challenge: fromBase64url(challenge as string), origin, crossOrigin, topOrigin };
      return JSON.stringify(given) === JSON.stringify(again) ? input : utf8(JSON.stringify(again));
    },
  },
];

/** Members in the order of CTAP2, heads as short as they can be. */
function coseAgain({ algorithm, publicKey }: webauthn.CoseKey): Uint8Array {
  switch (publicKey.kind) {
    case 'ec': {
      const width = (publicKey.point.length - 1) / 2;
      const head = width === 32 ? 'a5010203262001' : 'a501020338222002';
      return concat(fromHex(head), member(0x21, publicKey.point.subarray(1, 1 + width)), member(0x22, publicKey.point.subarray(1 + width)));
    }
    case 'rsa':
      return concat(fromHex('a4010303390100'), member(0x20, publicKey.modulus), member(0x21, publicKey.exponent));
    case 'ed25519':
      return concat(fromHex('a4010103272006'), member(0x21, publicKey.key));
    case 'ml-dsa-65':
      return concat(fromHex(algorithm.scheme === 'ml-dsa-65' ? 'a30107033830' : ''), member(0x20, publicKey.key));
  }
}

function member(key: number, value: Uint8Array): Uint8Array {
  const { length } = value;
  const head = length < 24 ? [0x40 | length] : length < 256 ? [0x58, length] : [0x59, length >> 8, length & 0xff];
  return concat(Uint8Array.of(key, ...head), value);
}

function dataAgain(data: webauthn.AuthenticatorData, input: Uint8Array): Uint8Array {
  const { attested } = data;
  const flags =
    (data.userPresent ? 1 : 0) | (data.userVerified ? 4 : 0) | (data.backupEligible ? 8 : 0) | (data.backedUp ? 16 : 0) | (attested === null ? 0 : 64) | (data.hasExtensions ? 128 : 0);
  const count = new Uint8Array(4);
  new DataView(count.buffer).setUint32(0, data.signCount);
  const id = attested?.credentialId ?? new Uint8Array(0);
  const own = attested === null ? new Uint8Array(0) : concat(attested.aaguid, Uint8Array.of(id.length >> 8, id.length & 0xff), id, coseAgain(attested.coseKey));
  const known = concat(data.rpIdHash, Uint8Array.of(flags), count, own);
  return data.hasExtensions ? concat(known, input.subarray(known.length)) : known;
}
