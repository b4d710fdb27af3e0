// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPerson } from '../../src/flow/person.ts';
import { looksLike } from '../../src/text/look-alike.ts';
import { plain, rich } from '../../src/text/rich.ts';
import { visible } from '../../src/text/visible.ts';

test('what cannot be seen in a name is shown', () => {
  assert.equal(visible('contract\u202efdp.exe'), 'contract[U+202E]fdp.exe');
  assert.equal(visible('a\u200bb\u00a0c\n'), 'a[U+200B]b[U+00A0]c[U+000A]');
  assert.equal(visible(' a  b '), '␣a␣␣b␣');
  assert.equal(visible('\ud800'), '[U+D800]');
  assert.equal(visible('佐藤\u3000花子 – Ōsaka – مرحبا'), '佐藤\u3000花子 – Ōsaka – مرحبا');
});

test('names in spoken sentences keep their direction to themselves', () => {
  assert.equal(plain(rich`for ${'شركة'}.`), 'for \u2068شركة\u2069.');
});

test('a look-alike of a known application is marked, the application itself is not', () => {
  const known = new Map([['a', 'Example KK'], ['b', 'Mizuho 01']]);
  assert.equal(looksLike('x', 'Exаmple KK', known), 'Example KK');
  assert.equal(looksLike('x', 'EXAMPLE-KK', known), 'Example KK');
  assert.equal(looksLike('x', 'Mizuho Ol', known), 'Mizuho 01');
  assert.equal(looksLike('a', 'Example KK', known), null);
  assert.equal(looksLike('x', 'Sample KK', known), null);
});

const entries = { country: 'JP', kind: 'name', givenName: '花子', surname: '佐藤', pseudonym: '' } as const;
test('entries become a person: NFC, without space at the ends', () => {
  assert.deepEqual(
    readPerson({ ...entries, givenName: ' Ame\u0301lie ' }),
    { person: { country: 'JP', givenName: 'Amélie', surname: '佐藤', pseudonym: null } },
  );
  assert.deepEqual(
    readPerson({ ...entries, kind: 'pseudonym', pseudonym: 'Notte' }),
    { person: { country: 'JP', givenName: null, surname: null, pseudonym: 'Notte' } },
  );
});

test('entries that no certificate could carry are told by their field', () => {
  assert.deepEqual(readPerson({ ...entries, givenName: '' }), { faults: { givenName: 'required' } });
  assert.deepEqual(readPerson({ ...entries, surname: 'Sa\u202eto' }), { faults: { surname: 'characters' } });
  assert.deepEqual(
    readPerson({ ...entries, givenName: 'a'.repeat(60) }),
    { person: { country: 'JP', givenName: 'a'.repeat(60), surname: '佐藤', pseudonym: null } },
  );
  assert.deepEqual(readPerson({ ...entries, givenName: 'a'.repeat(62) }), { faults: { surname: 'tooLong' } });
  assert.deepEqual(readPerson({ ...entries, surname: '藤'.repeat(41), givenName: 'a' }), { faults: { surname: 'tooLong' } });
});
