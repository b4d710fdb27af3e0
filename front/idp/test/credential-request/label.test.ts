// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '@sigillo/standards/bytes';
import { CredentialRequestError } from '../../src/credential-request/error.ts';
import { readLabel } from '../../src/credential-request/label.ts';

test('a name has one spelling', () => {
  assert.equal(readLabel('Re\u0301sume\u0301.pdf', 'label'), 'R\u00e9sum\u00e9.pdf');
});

test('a long name is cut between characters and says so', () => {
  for (const name of ['x'.repeat(400), '契'.repeat(200), '🖋'.repeat(200)]) {
    const label = readLabel(name, 'label');
    assert.ok(utf8(label).length <= 360 && utf8(label).length > 350);
    assert.ok(label.endsWith('…') && label.isWellFormed());
  }
  assert.equal(readLabel('x'.repeat(360), 'label'), 'x'.repeat(360));
});

test('what was no line of text is refused', () => {
  for (const name of ['\ud800', 'a\uFFFDb', 'x'.repeat(2001), 'a\nb', 'a\u0085b', 'a\u2028b']) assert.throws(() => readLabel(name, 'label'), CredentialRequestError);
});
