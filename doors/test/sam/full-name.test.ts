// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fullName } from '@sigillo/doors/sam';

test('a name is written in the order of its script', () => {
  const named = (givenName: string, surname: string): string => fullName({ country: 'JP', givenName, surname, pseudonym: null });
  assert.equal(named('Grace', 'Hopper'), 'Grace Hopper');
  assert.equal(named('花子', '佐藤'), '佐藤 花子');
  assert.equal(named('はなこ', 'さとう'), 'さとう はなこ');
  assert.equal(named('철수', '김'), '김 철수');
  assert.equal(named('Мария', 'Иванова'), 'Мария Иванова');
  assert.equal(fullName({ country: 'DE', givenName: null, surname: null, pseudonym: 'Käfer' }), 'Käfer');
});
