// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ConfigError, flag, folder, integer, list, object, optional, readConfig, record, secretFile, string } from '../src/index.ts';

const home = realpathSync(mkdtempSync(join(tmpdir(), 'sigillo-config-')));
after(() => rmSync(home, { recursive: true, force: true }));
const KEYS = { name: string, http: object({ port: integer(1, 65_535) }), on: optional(flag), tags: list(string), callers: record(string) } as const;
const GOOD = { name: 'x', http: { port: 8400 }, tags: ['a'], callers: { sam: 'k' } };

const read = (value: unknown): unknown => {
  const path = join(home, 'config.json');
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return readConfig(path, KEYS);
};
const refused = (value: unknown, message: RegExp): void => {
  assert.throws(() => read(value), (error) => error instanceof ConfigError && message.test(error.message));
};

test('gives what the file says', () => {
  assert.deepEqual(read(GOOD), { ...GOOD, on: undefined });
  assert.deepEqual(read({ ...GOOD, on: false }), { ...GOOD, on: false });
});

test('a key too many, too few, or of another kind is named', () => {
  refused({ ...GOOD, nmae: 'x' }, /^unknown key nmae$/);
  refused({ ...GOOD, http: { port: 8400, host: '' } }, /^unknown key http\.host$/);
  refused({ ...GOOD, name: undefined }, /^name is not a text$/);
  refused({ ...GOOD, name: '' }, /^name is not a text$/);
  refused({ ...GOOD, http: { port: '8400' } }, /^http\.port is not a whole number from 1 to 65535$/);
  refused({ ...GOOD, http: { port: 0 } }, /^http\.port/);
  refused({ ...GOOD, http: [] }, /^http is not an object$/);
  refused({ ...GOOD, on: 'yes' }, /^on is neither true nor false$/);
  refused({ ...GOOD, tags: ['a', 1] }, /^tags\[1\] is not a text$/);
  refused({ ...GOOD, tags: 'a' }, /^tags is not a list$/);
  refused({ ...GOOD, callers: { sam: 1 } }, /^callers\.sam is not a text$/);
  refused([], /^the file is not an object$/);
  refused('{"name":', /cannot be read as JSON$/);
  refused('{"__proto__":{}}', /cannot be read as JSON$/);
  refused('{"name":"x","name":"y"}', /cannot be read as JSON$/);
});

test('a missing file and a missing path are said', () => {
  assert.throws(() => readConfig(undefined, KEYS), ConfigError);
  assert.throws(() => readConfig(join(home, 'nowhere.json'), KEYS), ConfigError);
});

test('a folder must be there, and is known by its real path', () => {
  mkdirSync(join(home, 'real'));
  symlinkSync(join(home, 'real'), join(home, 'link'));
  assert.equal(folder(join(home, 'link'), 'store'), join(home, 'real'));
  writeFileSync(join(home, 'file'), '');
  for (const path of [join(home, 'nowhere'), join(home, 'file'), 7]) assert.throws(() => folder(path, 'store'), ConfigError);
});

test('a secret that others may read is refused', () => {
  const path = join(home, 'secret');
  writeFileSync(path, Uint8Array.of(1, 2, 3), { mode: 0o600 });
  assert.deepEqual(secretFile(path, 'key'), Uint8Array.of(1, 2, 3));
  for (const mode of [0o640, 0o604, 0o660]) {
    const open = join(home, `secret-${mode}`);
    writeFileSync(open, 'x', { mode: 0o600 });
    // The mask of the process may take rights away from what writing asks for.
    chmodSync(open, mode);
    assert.throws(() => secretFile(open, 'key'), /must be 0600/);
  }
  assert.throws(() => secretFile(join(home, 'nowhere'), 'key'), /cannot be read/);
});
