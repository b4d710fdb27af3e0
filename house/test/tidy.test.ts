// SPDX-License-Identifier: Apache-2.0
// The house is tidy: names, pure rooms, what the lock holds, what no file may say. Each rule is also shown something that breaks it.
import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT, workspaces } from '../src/repository.ts';
import { badNames } from './rules/names.ts';
import { loosePins, missingSiblings, unexpectedScripts, unexplained, unlockedPackages, type LockFile } from './rules/packages.ts';
import { impurities, isPureRoom } from './rules/purity.ts';
import { isProgram, read, repositoryPaths } from './rules/source.ts';
import { anyTypes, badText } from './rules/text.ts';

const FILE_BYTES_MAX = 1024 * 1024;
const BINARY = /\.(png|jpg|pdf|der|cer|woff2|ttf|tsr|tsq|p7s|p12|bin|ico|wasm|bcmap|pfb)$/;

const paths = repositoryPaths();

interface PackageFile {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const packageFile = (folder: string): PackageFile => JSON.parse(read(join(folder, 'package.json')).text) as PackageFile;

test('files and folders have names that say what they are', () => {
  assert.deepEqual(paths.flatMap(badNames), []);
  assert.deepEqual(
    ['a/bigFile.ts', 'a/utils/b.ts', 'a/helpers.ts', 'a/snake_case.ts', 'a/session-manager.ts'].map((path) => badNames(path).length),
    [1, 1, 1, 1, 0],
  );
});

test('pure rooms have no clock, no randomness, no network, no files', () => {
  assert.deepEqual(
    paths.filter(isPureRoom).flatMap((path) => impurities(read(path))),
    [],
  );
  for (const text of [
    'Date.now()',
    'new Date()',
    'const d = new Date;',
    'Date()',
    'Math.random()',
    'crypto.getRandomValues(x)',
    'fetch(url)',
    "import 'node:fs';",
    'process.env',
    'Buffer.from(x)',
    'setTimeout(f)',
    'globalThis.x',
    'performance.now()',
    'new Function(x)',
  ]) {
    assert.equal(impurities({ path: 'x.ts', text }).length, 1, text);
  }
  assert.deepEqual(
    impurities({ path: 'x.ts', text: "new Date(seconds * 1000); // Date.now()\nconst s = 'fetch(x)'; value.process(1);" }),
    [],
  );
});

test('every file begins and speaks as it should', () => {
  const texts = paths.filter((path) => !BINARY.test(path) && !path.startsWith('vectors/')).map(read);
  assert.deepEqual(texts.flatMap(badText), []);
  assert.deepEqual(texts.filter(({ path }) => /\.tsx?$/.test(path)).flatMap(anyTypes), []);
  const licence = '// SPDX-License-Identifier: Apache-2.0\n';
  // Put together here, because this file is read by the rule as well.
  const bad = [
    ['/ho', 'me/somebody/x'],
    ['https://registry.npm', 'js.org/'],
    ['TO', 'DO later'],
    ['@ts-', 'ignore'],
    ['oxlint-', 'disable no-var'],
  ].map((parts) => `${licence}// ${parts.join('')}`);
  for (const text of ['const a = 1;', ...bad]) assert.equal(badText({ path: 'a.ts', text }).length, 1, text);
  const reasoned = ['oxlint-', 'disable-next-line no-console -- the reason'].join('');
  assert.deepEqual(badText({ path: 'a.ts', text: `${licence}// ${reasoned}` }), []);
  assert.deepEqual(badText({ path: 'a.sql', text: '-- SPDX-License-Identifier: Apache-2.0\n' }), []);
  assert.deepEqual(badText({ path: '.ci/run', text: '#!/usr/bin/env bash\nset -e\n' }).length, 1);
  assert.deepEqual(
    ['x as any', 'let a: any;', 'Array<any>'].map((text) => anyTypes({ path: 'a.ts', text }).length),
    [1, 1, 1],
  );
  assert.deepEqual(anyTypes({ path: 'a.ts', text: "// any\nPromise.any(x); const s = ': any'; const any = 1; f(any(1));" }), []);
});

test('no file is large', () => {
  assert.deepEqual(
    paths.filter((path) => statSync(join(ROOT, path)).size > FILE_BYTES_MAX),
    [],
  );
});

test('the lock holds a checksum for each package, every sibling for other platforms, and nothing that must run a script', () => {
  const lock = JSON.parse(read('package-lock.json').text) as LockFile;
  assert.deepEqual([...unlockedPackages(lock), ...missingSiblings(lock), ...unexpectedScripts(lock)], []);
  const bad: LockFile = {
    packages: {
      '': { optionalDependencies: { 'a-other': '1.0.0' } },
      'node_modules/a': { hasInstallScript: true },
      'w/node_modules/b': { integrity: 'x', optionalDependencies: { a: '1' } },
    },
  };
  assert.deepEqual([unlockedPackages(bad).length, missingSiblings(bad).length, unexpectedScripts(bad).length], [1, 1, 1]);
});

test('every dependency is pinned exactly, and the README of its workspace says why it is there', () => {
  for (const folder of ['.', ...workspaces()]) {
    const file = packageFile(folder);
    const all = { ...file.dependencies, ...file.devDependencies, ...file.optionalDependencies };
    assert.deepEqual(loosePins(folder, all), []);
    if (folder === '.') continue;
    assert.ok(existsSync(join(ROOT, folder, 'README.md')), `${folder} has no README.md`);
    assert.deepEqual(unexplained(read(`${folder}/README.md`).text, Object.keys(all)), [], folder);
  }
  assert.equal(loosePins('x', { a: '^1.0.0', b: '1.0.0', c: '*', d: '1.0.0-beta.1', e: 'latest' }).length, 3);
  assert.deepEqual(unexplained('`a` because, `@f/*` for platforms', ['a', '@f/linux', 'b']), ['b']);
});

test('every workspace is checked by the compiler', () => {
  const { references } = JSON.parse(read('tsconfig.json').text) as { references: { path: string }[] };
  assert.deepEqual(
    workspaces().filter((workspace) => !references.some(({ path }) => path === workspace)),
    [],
  );
  assert.ok(paths.some(isProgram));
});
