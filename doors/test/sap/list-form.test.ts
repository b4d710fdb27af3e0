// SPDX-License-Identifier: Apache-2.0
// A list has one form in an intent: in full up to a hundred items, and above that as count and root.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import * as cborg from 'cborg';
import { concat, toHex, utf8 } from '@sigillo/standards/bytes';
import { decode, encode, SchemaError } from '@sigillo/doors/schema';
import { intentBody, type IntentBody, intentStatement, type Item, ITEMS_MAX, LIST_MAX, listForm } from '@sigillo/doors/sap';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(7);

function listOf(count: number): readonly Item[] {
  return Array.from({ length: count }, (_, i) => ({
    dtbsr: sha256(utf8(`DTBS ${i}`)), documentDigest: i % 2 === 0 ? sha256(utf8(`DOC ${i}`)) : null, name: `文書 ${i}`, mediaType: 'application/pdf', sizeBytes: i,
  }));
}

function bodyOf(list: readonly Item[], bend: Partial<IntentBody> = {}): IntentBody {
  return {
    version: 1, operation: 'sign', deploymentId: bytes(16), samId: bytes(16), operationNumber: 1, nonce: bytes(32), signerId: bytes(16), keyId: bytes(16), keyVersion: 1,
    certificateHash: bytes(32), authenticatorsHash: bytes(32), clientId: 'example', clientKeyThumbprint: bytes(32), hashAlgorithm: '2.16.840.1.101.3.4.2.1',
    signatureAlgorithm: '1.2.840.10045.4.3.2', signatureParameters: null, ...listForm(list, sha256), notBefore: 1, expires: 2, policyHash: bytes(32), language: 'en',
    soleControlLevel: 2, ...bend,
  };
}

/** RFC 6962 section 2.1, word for word, over items as another library writes them. */
function treeHash(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length === 1) return sha256(concat(Uint8Array.of(0), entries[0]!));
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return sha256(concat(Uint8Array.of(1), treeHash(entries.slice(0, k)), treeHash(entries.slice(k))));
}

const written = ({ dtbsr, documentDigest, name, mediaType, sizeBytes }: Item): Uint8Array =>
  cborg.encode(new Map<number, unknown>([[1, dtbsr], [2, documentDigest], [3, name], [4, mediaType], [5, sizeBytes]]), cborg.rfc8949EncodeOptions);

for (const count of [1, 2, 99, ITEMS_MAX]) {
  test(`${count} items stand in full, in 23 fields`, () => {
    const list = listOf(count);
    const body = encode(intentBody, bodyOf(list));
    assert.equal(body[0], 0xb7);
    const read = decode(intentBody, body);
    assert.deepEqual([read.count, read.items.length, read.itemsRoot], [count, count, null]);
  });
}

for (const count of [ITEMS_MAX + 1, 128, 129, 300, LIST_MAX]) {
  test(`${count} items stand as their root, in 24 fields`, () => {
    const list = listOf(count);
    const body = encode(intentBody, bodyOf(list));
    assert.deepEqual(Buffer.from(body.subarray(0, 2)), Buffer.of(0xb8, 24));
    const read = decode(intentBody, body);
    assert.deepEqual([read.count, read.items], [count, []]);
    assert.equal(toHex(read.itemsRoot!), toHex(treeHash(list.map(written))));
    assert.ok(body.length < 600);
  });
}

const root = bytes(32);
const FALSE_FORMS: Readonly<Record<string, IntentBody>> = {
  'a root with a hundred items': bodyOf([], { count: ITEMS_MAX, itemsRoot: root }),
  'a root with one item': bodyOf([], { count: 1, itemsRoot: root }),
  'a root and the items, a hundred': bodyOf(listOf(ITEMS_MAX), { itemsRoot: root }),
  'a root and the items, above': bodyOf(listOf(ITEMS_MAX), { count: ITEMS_MAX + 1, itemsRoot: root }),
  'neither root nor items, above': bodyOf([], { count: ITEMS_MAX + 1 }),
  'neither root nor items': bodyOf([], { count: 2 }),
  'a count above the items': bodyOf(listOf(3), { count: 4 }),
  'a count below the items': bodyOf(listOf(3), { count: 2 }),
  'more than there may be': bodyOf(listOf(101), { count: LIST_MAX + 1 }),
};

for (const [name, body] of Object.entries(FALSE_FORMS)) {
  test(`${name}: neither written nor read`, () => {
    assert.throws(() => encode(intentBody, body), SchemaError);
    assert.throws(() => decode(intentBody, unruled(body)), SchemaError);
  });
}

test('the right forms, written by the other library, are read', () => {
  for (const count of [1, 100, 101]) assert.equal(decode(intentBody, unruled(bodyOf(listOf(count)))).count, count);
});

test('no root is no entry: one that is null is refused', () => {
  assert.throws(() => decode(intentBody, unruled(bodyOf(listOf(1)), true)), SchemaError);
});

test('a statement brings the list beside the body, or no entry for it', () => {
  const shown = { clientName: 'A', firstTime: false, keyLabel: 'K', level: { soleControlLevel: 2, claim: 'none' }, certificate: bytes(64) };
  const long = { body: bytes(9), shown, pageNonce: bytes(32), items: listOf(LIST_MAX) };
  const read = decode(intentStatement, encode(intentStatement, long));
  assert.deepEqual(read.items!.map(written), long.items.map(written));
  assert.equal(encode(intentStatement, { ...long, items: null })[0], 0xa3);
});

/** The body as the other library writes it, whatever the rules say. */
function unruled(body: IntentBody, nullRoot: boolean = false): Uint8Array {
  const shape = intentBody.shape as Extract<typeof intentBody.shape, { readonly kind: 'map' }>;
  const members = new Map<string, unknown>(Object.entries(body));
  const entries = shape.fields
    .filter(({ name }) => name !== 'itemsRoot' || nullRoot || members.get(name) !== null)
    .map(({ key, name }): [number, unknown] => [key, name === 'items' ? body.items.map((one) => cborg.decode(written(one), { useMaps: true })) : members.get(name)]);
  return cborg.encode(new Map(entries), cborg.rfc8949EncodeOptions);
}
