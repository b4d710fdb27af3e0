// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromPem, toPem } from '../../x509/index.ts';

test('blocks come back in order', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1, maxLength: 4 }), (blocks) => {
      const text = blocks.map((block) => toPem('CERTIFICATE', block)).join('\n');
      assert.deepEqual(fromPem('CERTIFICATE', text), blocks);
      assert.deepEqual(fromPem('CERTIFICATE', text.replaceAll('\n', '\r\n')), blocks);
    }),
  );
});

test('anything else is refused', () => {
  const good = toPem('CERTIFICATE', Uint8Array.of(1, 2, 3));
  const bad = [
    '',
    'text',
    `text ${good}`,
    `${good}text`,
    good.replace('AQID', 'AQ*D'),
    good.replace('AQID', 'AQI'),
    good.replace('END', 'BEGIN'),
    toPem('PUBLIC KEY', Uint8Array.of(1)),
  ];
  for (const text of bad) assert.throws(() => fromPem('CERTIFICATE', text), { code: 'x509_pem' }, text);
});
