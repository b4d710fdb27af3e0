// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  compareBytes,
  concat,
  fromBase64,
  fromBase64url,
  fromHex,
  fromUtf8,
  sameBytes,
  SpellingError,
  toBase64,
  toBase64url,
  toHex,
  utf8,
} from '../../bytes/index.ts';

const anyBytes = fc.uint8Array({ maxLength: 300 });
/** Text over the letters that matter here, most of it no spelling of anything. */
const anyText = fc.string({ unit: fc.constantFrom(...Array.from('AQgwZz09+/-_= \nÀ')), maxLength: 12 });

/** What newer engines bring along for these spellings, and older ones do not. */
const NEWER = [[Uint8Array, 'fromHex'], [Uint8Array, 'fromBase64'], [Uint8Array.prototype, 'toHex'], [Uint8Array.prototype, 'toBase64']] as const;

/** Acts as in an engine that does not have them. */
const inOlder = (act: () => void) => (): void => {
  const kept = NEWER.map(([holder, name]) => [holder, name, Object.getOwnPropertyDescriptor(holder, name)] as const);
  for (const [holder, name] of NEWER) Reflect.deleteProperty(holder, name);
  try {
    act();
  } finally {
    for (const [holder, name, property] of kept) if (property !== undefined) Object.defineProperty(holder, name, property);
  }
};

for (const [where, inEngine] of [['', (act: () => void) => act], [', in an engine that has none of them', inOlder]] as const) {
  test(`RFC 4648 section 10${where}`, inEngine(() => {
    const rows: readonly (readonly [string, string, string])[] = [
      ['', '', ''],
      ['f', 'Zg==', '66'],
      ['fo', 'Zm8=', '666f'],
      ['foo', 'Zm9v', '666f6f'],
      ['foob', 'Zm9vYg==', '666f6f62'],
      ['fooba', 'Zm9vYmE=', '666f6f6261'],
      ['foobar', 'Zm9vYmFy', '666f6f626172'],
    ];
    for (const [text, base64, hex] of rows) {
      assert.deepEqual([toBase64(utf8(text)), toBase64url(utf8(text)), toHex(utf8(text))], [base64, base64.replace(/=+$/, ''), hex]);
      assert.deepEqual([fromBase64(base64), fromBase64url(base64.replace(/=+$/, '')), fromHex(hex)].map(fromUtf8), [text, text, text]);
    }
    assert.equal(toBase64url(Uint8Array.of(0xfb, 0xff)), '-_8');
  }));

  test(`what is written is read again, and agrees with Buffer${where}`, inEngine(() => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        assert.equal(toHex(bytes), Buffer.from(bytes).toString('hex'));
        assert.equal(toBase64(bytes), Buffer.from(bytes).toString('base64'));
        assert.equal(toBase64url(bytes), Buffer.from(bytes).toString('base64url'));
        for (const back of [fromHex(toHex(bytes)), fromBase64(toBase64(bytes)), fromBase64url(toBase64url(bytes))]) assert.deepEqual(back, new Uint8Array(bytes));
      }),
    );
    const large = new Uint8Array(200_000).map((_, i) => i * 7);
    assert.deepEqual(fromBase64(toBase64(large)), large);
  }));

  test(`each text is one spelling or none: what is read is written the same${where}`, inEngine(() => {
    const pairs = [[fromHex, toHex], [fromBase64, toBase64], [fromBase64url, toBase64url]] as const;
    fc.assert(
      fc.property(anyText, (text) => {
        for (const [read, write] of pairs) {
          let bytes: Uint8Array;
          try {
            bytes = read(text);
          } catch (error) {
            assert.ok(error instanceof SpellingError);
            continue;
          }
          assert.equal(write(bytes), text);
        }
      }),
      { numRuns: 2000 },
    );
  }));

  test(`other spellings are refused${where}`, inEngine(() => {
    for (const text of ['0', '0G', 'AB', ' 00', '0x00']) assert.throws(() => fromHex(text), SpellingError, text);
    for (const text of ['Zg', 'Zg=', 'Zh==', 'Zm9=', 'Zg==\n', 'Zm 9', 'Zg==Zg==', '-_8=', '=', '====']) assert.throws(() => fromBase64(text), SpellingError, text);
    for (const text of ['Zg==', 'Zh', 'Zm9=', 'Z', '+/8', 'Zg\n']) assert.throws(() => fromBase64url(text), SpellingError, text);
  }));
}

test('UTF-8 is well-formed or refused', () => {
  assert.equal(fromUtf8(utf8('署名 ✍️')), '署名 ✍️');
  assert.equal(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41)), '\uFEFFA');
  for (const bytes of [[0xc3, 0x28], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]]) {
    assert.throws(() => fromUtf8(Uint8Array.from(bytes)), SpellingError);
  }
});

test('joining, comparing and ordering', () => {
  assert.deepEqual(concat(), new Uint8Array(0));
  assert.deepEqual(concat(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3)), Uint8Array.of(1, 2, 3));
  fc.assert(
    fc.property(anyBytes, anyBytes, (a, b) => {
      assert.equal(sameBytes(a, b), Buffer.compare(a, b) === 0);
      assert.equal(Math.sign(compareBytes(a, b)), Buffer.compare(a, b));
      assert.deepEqual(concat(a, b), new Uint8Array(Buffer.concat([a, b])));
    }),
  );
});
