// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode, rfc8949EncodeOptions } from 'cborg';
import { concat } from '../../bytes/index.ts';
import { coseKeyToSpki, parseCoseKey, WebauthnError, type WebauthnErrorCode } from '../../webauthn/index.ts';
import { newPasskey, type PasskeyKind } from './software-authenticator.ts';

const KINDS: readonly PasskeyKind[] = ['p256', 'p384', 'rsa-pkcs1', 'ed25519', 'ml-dsa-65'];
const refused = (bytes: Uint8Array, code: WebauthnErrorCode = 'cose_key_malformed'): void => {
  assert.throws(() => parseCoseKey(bytes), (error) => error instanceof WebauthnError && error.code === code);
};
const written = (members: readonly (readonly [number, unknown])[]): Uint8Array => encode(new Map(members), rfc8949EncodeOptions);
const x = new Uint8Array(32).fill(1);

for (const kind of KINDS) {
  test(`a ${kind} key is the same key as SubjectPublicKeyInfo`, () => {
    const passkey = newPasskey(kind);
    const key = parseCoseKey(passkey.coseKey);
    assert.deepEqual(coseKeyToSpki(key), new Uint8Array(passkey.key.spki));
    assert.deepEqual(key.algorithm, passkey.key.algorithm);
    assert.deepEqual(key.encoded, new Uint8Array(passkey.coseKey));
  });

  test(`a ${kind} key is refused when it is cut, prolonged, or has one member more or less`, () => {
    const { coseKey } = newPasskey(kind);
    const step = Math.ceil(coseKey.length / 200);
    for (let length = 0; length < coseKey.length; length += step) refused(coseKey.subarray(0, length));
    refused(concat(coseKey, Uint8Array.of(0)));
    refused(concat(Uint8Array.of(coseKey[0]! + 1), coseKey.subarray(1), Uint8Array.of(0x23, 0x01)));
    assert.throws(() => parseCoseKey(concat(Uint8Array.of(coseKey[0]! - 1), coseKey.subarray(1))), WebauthnError);
  });
}

test('one spelling only', () => {
  const { coseKey } = newPasskey('p256');
  // a5 01 02 03 26 20 01 21 58 20 x 22 58 20 y
  refused(concat(Uint8Array.of(0xb8, 0x05), coseKey.subarray(1)));
  refused(concat(Uint8Array.of(0xbf), coseKey.subarray(1), Uint8Array.of(0xff)));
  refused(concat(coseKey.subarray(0, 1), Uint8Array.of(0x18, 0x01), coseKey.subarray(2)));
  refused(concat(coseKey.subarray(0, 2), Uint8Array.of(0x18, 0x02), coseKey.subarray(3)));
  refused(concat(coseKey.subarray(0, 1), coseKey.subarray(3, 5), coseKey.subarray(1, 3), coseKey.subarray(5)));
  refused(concat(coseKey.subarray(0, 8), Uint8Array.of(0x59, 0x00, 0x20), coseKey.subarray(10)));
  refused(concat(coseKey.subarray(0, 3), Uint8Array.of(0x01, 0x02), coseKey.subarray(5)));
});

test('what does not belong together', () => {
  refused(written([[1, 2], [3, -7], [-1, 2], [-2, x], [-3, x]]));
  refused(written([[1, 1], [3, -7], [-1, 1], [-2, x], [-3, x]]));
  refused(written([[1, 2], [3, -35], [-1, 1], [-2, x], [-3, x]]));
  refused(written([[1, 2], [3, -7], [-1, 1], [-2, x.subarray(1)], [-3, x]]));
  refused(written([[1, 2], [3, -7], [-1, 1], [-2, x], [-3, true]]));
  refused(written([[1, 2], [2, x], [3, -7], [-1, 1], [-2, x], [-3, x]]));
  refused(written([[1, 1], [3, -8], [-1, 7], [-2, x]]));
  refused(written([[1, 3], [3, -257], [-1, new Uint8Array(128).fill(0xff)], [-2, Uint8Array.of(1, 0, 1)]]));
  refused(written([[1, 3], [3, -257], [-1, concat(Uint8Array.of(0), new Uint8Array(256).fill(0xff))], [-2, Uint8Array.of(1, 0, 1)]]));
  refused(written([[1, 7], [3, -49], [-1, new Uint8Array(1951)]]));
  refused(Uint8Array.of(0xa0), 'cose_key_algorithm');
  refused(written([[1, 2], [3, -36], [-1, 3], [-2, x], [-3, x]]), 'cose_key_algorithm');
  refused(written([[1, 3], [3, -65_535], [-1, new Uint8Array(256).fill(0xff)], [-2, Uint8Array.of(1, 0, 1)]]), 'cose_key_algorithm');
});
