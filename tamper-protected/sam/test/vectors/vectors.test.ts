// SPDX-License-Identifier: Apache-2.0
// The vectors as checked in, our own writing of them, and a second CBOR library, all three byte for byte.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import * as cborg from 'cborg';
import { sapVectors, type Vector } from './sap-vectors.ts';

const file = JSON.parse(readFileSync(new URL('../../../../vectors/sap-1.json', import.meta.url), 'utf8')) as readonly Vector[];
const OFFICER_ID_BYTES = 16;

suite('vectors of SAP/1', () => {
  test('are what our schema writes', () => assert.deepEqual(sapVectors(), file));

  for (const { name, body, tag, digest } of file) {
    if (body === undefined) continue;
    test(`${name}: another library reads and writes the same bytes`, () => {
      const bytes = Buffer.from(body, 'hex');
      const map = tag.startsWith('tw4s-adm/1') ? bytes.subarray(0, -OFFICER_ID_BYTES) : bytes;
      const value: unknown = cborg.decode(map, { strict: true, useMaps: true, allowIndefinite: false, rejectDuplicateMapKeys: true });
      assert.deepEqual(Buffer.from(cborg.encode(value, cborg.rfc8949EncodeOptions)), map);
      assert.equal(createHash('sha256').update(`${tag}\0`).update(bytes).digest('hex'), digest);
    });
  }

  test('the intent is the worked example of the protocol', () => {
    assert.equal(file[0]!.body!.length / 2, 574);
    assert.equal(file[0]!.digest, 'af6027fc6c3ed78feafe9689f2986e7fd464f587636c61418c6c4524c6dda95e');
    assert.equal(file[0]!.challengeBase64url, 'r2An_Gw-14_q_paJ8phuf9Rk9YdjbGFBjGxFJMbdqV4');
    assert.equal(file[0]!.code, '0142 0423');
  });
});
