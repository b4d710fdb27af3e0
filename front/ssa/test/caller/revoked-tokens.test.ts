// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { revokedTokens } from '../../src/caller/revoked-tokens.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'revoked-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('reads what is appended, whole lines only, and follows a replaced file', () => {
  const path = join(folder, 'a');
  const list = revokedTokens(path, () => 1000);
  list.read();
  assert.equal(list.fault(), undefined, 'no file before the first revocation');
  writeFileSync(path, 'one 2000\ntw');
  list.read();
  assert.deepEqual([list.has('one'), list.has('tw'), list.has('two')], [true, false, false]);
  appendFileSync(path, 'o 2000\n');
  list.read();
  assert.deepEqual([list.has('one'), list.has('two')], [true, true]);
  writeFileSync(`${path}.new`, 'three 2000\nfour 2000\n');
  renameSync(`${path}.new`, path);
  list.read();
  assert.deepEqual([list.has('two'), list.has('three'), list.has('four'), list.fault()], [true, true, true, undefined]);
});

test('forgets ids of tokens that have expired anyway', () => {
  const path = join(folder, 'b');
  let now = 1000;
  const list = revokedTokens(path, () => now);
  writeFileSync(path, 'one 1100\n');
  list.read();
  assert.equal(list.has('one'), true);
  now = 1161;
  list.read();
  assert.equal(list.has('one'), false);
});

test('a list that is malformed, or gone after it was there, is a fault until it can be read', () => {
  const path = join(folder, 'c');
  const list = revokedTokens(path, () => 1000);
  assert.equal(list.fault(), 'revocations_unread', 'nothing is relied on before the first reading');
  writeFileSync(path, 'one\n');
  list.read();
  assert.equal(list.fault(), 'revocations_unreadable');
  writeFileSync(path, 'one 2000\n');
  list.read();
  assert.equal(list.fault(), undefined);
  rmSync(path);
  list.read();
  assert.equal(list.fault(), 'revocations_unreadable');
});
