// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { type Curve, ecdsaSignatureFromDer, ecdsaSignatureToDer } from '../../algorithms/index.ts';
import { integer, sequence } from '../../asn1/index.ts';
import { concat, toHex } from '../../bytes/index.ts';
import { verify } from '../pki/keys.ts';

for (const curve of ['P-256', 'P-384'] satisfies Curve[]) {
  test(`${curve}: both forms carry the same signature`, () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    for (let i = 0; i < 40; i++) {
      const message = Uint8Array.of(i);
      const fixed = new Uint8Array(sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
      const der = ecdsaSignatureToDer(fixed, curve);
      verify({ scheme: 'ecdsa', hash: 'sha256' }, spki, message, der);
      assert.equal(toHex(ecdsaSignatureFromDer(der, curve)), toHex(fixed));
    }
  });
}

test('small numbers keep the width', () => {
  const fixed = new Uint8Array(64);
  fixed[31] = 1;
  fixed[63] = 0x80;
  assert.equal(toHex(ecdsaSignatureToDer(fixed, 'P-256')), '300702010102020080');
  assert.deepEqual(ecdsaSignatureFromDer(ecdsaSignatureToDer(fixed, 'P-256'), 'P-256'), fixed);
});

test('other widths and other spellings are refused', () => {
  assert.throws(() => ecdsaSignatureToDer(new Uint8Array(63), 'P-256'), { code: 'signature_malformed' });
  assert.throws(() => ecdsaSignatureToDer(new Uint8Array(64), 'P-384'), { code: 'signature_malformed' });
  assert.throws(() => ecdsaSignatureFromDer(sequence(integer(1n << 256n), integer(1)), 'P-256'), { code: 'signature_malformed' });
  assert.throws(() => ecdsaSignatureFromDer(sequence(integer(1)), 'P-256'), { code: 'asn1_unexpected' });
  assert.throws(() => ecdsaSignatureFromDer(sequence(integer(1), integer(1), integer(1)), 'P-256'));
  assert.throws(() => ecdsaSignatureFromDer(concat(sequence(integer(1), integer(1)), Uint8Array.of(0)), 'P-256'), {
    code: 'asn1_trailing',
  });
});
