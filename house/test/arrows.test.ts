// SPDX-License-Identifier: Apache-2.0
// No room imports, or declares, what its arrows do not allow.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workspaces } from '../src/repository.ts';
import { forbiddenImports, importsOf, workspaceOf } from './rules/imports.ts';
import { COMPUTED_IMPORTS, DECLARED_ONLY, ROOMS } from './rules/rooms.ts';
import { isProgram, read, repositoryPaths } from './rules/source.ts';

interface PackageFile {
  readonly name: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

test('every workspace has its arrows', () => {
  assert.deepEqual(Object.keys(ROOMS).sort(), workspaces().sort());
});

test('every import follows an arrow', () => {
  const faults = repositoryPaths()
    .filter(isProgram)
    .flatMap((path) => {
      const workspace = workspaceOf(path, ROOMS);
      return workspace === undefined ? [] : forbiddenImports(read(path), workspace, ROOMS[workspace]!);
    });
  assert.deepEqual(
    faults.filter((fault) => !Object.keys(COMPUTED_IMPORTS).some((path) => fault === `${path} imports unknown`)),
    [],
  );
});

test('programs never import a double or a part of the tests: only tests may', () => {
  const ofTests = /from '([^']*doubles|@sigillo\/[^']*\/test\/)/;
  const faults = repositoryPaths().filter((path) => isProgram(path) && !path.includes('/test/') && ofTests.test(read(path).text));
  assert.deepEqual(faults, []);
});

test('every declared dependency is one that the arrows allow', () => {
  for (const [workspace, room] of Object.entries(ROOMS)) {
    const file = JSON.parse(read(`${workspace}/package.json`).text) as PackageFile;
    const declared = Object.keys({ ...file.dependencies, ...file.optionalDependencies });
    const rooms = Object.keys(room.rooms).map((name) => `@sigillo/${name}`);
    const forPrograms = [...rooms, ...room.packages, ...(DECLARED_ONLY[workspace] ?? [])];
    assert.deepEqual(
      declared.filter((name) => !forPrograms.includes(name)),
      [],
      workspace,
    );
    const forTests = [...forPrograms, ...room.testPackages];
    assert.deepEqual(
      Object.keys(file.devDependencies ?? {}).filter((name) => !forTests.includes(name)),
      [],
      workspace,
    );
  }
});

test('nobody imports a service, only the crypto module is native, only the SAM opens a SAD', () => {
  const services = ['sam', 'ca', 'tsa', 'idp', 'ssa', 'sca', 'house'];
  for (const [workspace, room] of Object.entries(ROOMS)) {
    assert.deepEqual(
      Object.keys(room.rooms).filter((name) => services.includes(name)),
      [],
      workspace,
    );
    assert.equal(room.packages.includes('koffi'), workspace === 'tamper-protected/crypto-module', workspace);
    const doors = room.rooms['doors'] ?? [];
    if (workspace !== 'doors' && workspace !== 'house')
      assert.equal(doors !== 'all' && doors.includes('sap/open'), workspace === 'tamper-protected/sam', workspace);
  }
});

test('the rules see an import in each of its forms', () => {
  const text = [
    "import { a } from 'one';",
    'import type { B }\n  from "two";',
    "export * from 'three';",
    "import 'four';",
    "await import('five');",
    "type T = import('six').T;",
    "require('seven')",
    "import.meta.resolve('eight')",
    "// import 'not this';",
    'const text = "import \'nor this\'";',
    "const quote = /['\"]/;'';",
    'await import(`./${name}.ts`);',
    'require(name)',
  ].join('\n');
  const found = importsOf({ path: 'x.ts', text });
  assert.deepEqual(found.filter((name) => !name.startsWith('n')).sort(), [
    'eight',
    'five',
    'four',
    'one',
    'seven',
    'six',
    'three',
    'two',
    'unknown',
    'unknown',
  ]);
});

test('what no arrow allows is found', () => {
  const faults = (path: string, name: string): string[] => {
    const workspace = workspaceOf(path, ROOMS)!;
    return forbiddenImports({ path, text: `import '${name}';` }, workspace, ROOMS[workspace]!);
  };
  for (const [path, name] of [
    ['front/ssa/src/main.ts', '@sigillo/doors/sap/open'],
    ['front/ssa/src/main.ts', '@sigillo/sam'],
    ['front/ssa/src/main.ts', '../../../tamper-protected/sam/src/main.ts'],
    ['front/ssa/src/main.ts', '@sigillo/crypto-module'],
    ['tamper-protected/sam/src/x.ts', 'koffi'],
    ['standards/x509/a.ts', '@sigillo/doors/sap'],
    ['standards/x509/a.ts', 'cborg'],
    ['outside/sic/src/a.ts', '@sigillo/wire'],
    ['doors/sap/a.ts', '@sigillo/wire'],
    ['house/src/a.ts', '../../front/idp/src/main.ts'],
  ] as const) {
    assert.deepEqual(faults(path, name), [`${path} imports ${name}`]);
  }
  for (const [path, name] of [
    ['front/ssa/src/a/b.ts', '../c.ts'],
    ['front/ssa/src/main.ts', '@sigillo/doors/sap'],
    ['standards/test/cbor/a.test.ts', 'cborg'],
    ['tamper-protected/sam/src/a.ts', '@sigillo/doors/sap/open'],
  ] as const) {
    assert.deepEqual(faults(path, name), []);
  }
});
