// SPDX-License-Identifier: Apache-2.0
// That every guard has its twin, that the loader does what it says, and that nothing of it is in what ships.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ROOT, workspaces } from '../../src/repository.ts';
import { environmentOf, nodeArguments, type ProcessRow } from '../../src/supervise/process-row.ts';
import { codeOf, isProgram, read, repositoryPaths } from '../rules/source.ts';
import { loadWithTwins, twinOf } from '@sigillo/standards/test/attacks';

const paths = repositoryPaths();
/** Programs of the service. The bench measures it from outside and is none of it: no program may import it. */
const shipped = paths.filter((path) => isProgram(path) && !path.includes('/test/') && !path.startsWith('bench/'));
const SAM = 'tamper-protected/sam';

interface Guard {
  readonly room: string;
  /** From the room's `src`. */
  readonly path: string;
}

/** A guard is a file in a folder `checks`, in whichever room, or one that has a twin. */
function guards(): Guard[] {
  const found = new Map<string, Guard>();
  for (const room of workspaces()) {
    for (const path of paths.filter((path) => path.startsWith(`${room}/`) && path.endsWith('.ts') && WITHOUT_TWIN[path] === undefined)) {
      const guard = guardOf(path.slice(room.length + 1));
      if (guard !== undefined) found.set(`${room} ${guard}`, { room, path: guard });
    }
  }
  return [...found.values()];
}

function guardOf(path: string): string | undefined {
  if (path.startsWith(TWINS)) return path.slice(TWINS.length);
  return !path.startsWith('test/') && /(?:^|\/)checks\//.test(path) ? path.replace(/^src\//, '') : undefined;
}

const TWINS = 'test/attacks/twins/';
/** Files of `checks`, and functions that are called as guards are, which have no twin: each with the reason. */
const WITHOUT_TWIN: Readonly<Record<string, string>> = {
  'outside/sic/src/checks/error.ts': 'it refuses nothing: it is the error that checks throw',
  'outside/sic/src/checks/assertion.ts': 'it refuses nothing: it reads a key out of the bytes around it',
  'front/idp/src/interaction/current.ts': 'behind it a login still needs its code, and an approval its receipt, each of this very interaction',
};

test('every guard has a twin with the same exports, and every twin its guard', async () => {
  assert.ok(guards().length > 10);
  for (const { room, path } of guards()) {
    const [guard, twin] = twinOf(room, path);
    for (const file of [guard, twin]) assert.ok(paths.includes(file), `${file} is there`);
    const [honest, open] = await Promise.all(
      [guard, twin].map(async (file) => Object.keys((await import(pathToFileURL(`${ROOT}/${file}`).href)) as object).sort()),
    );
    assert.deepEqual(open, honest, path);
  }
});

/** Rooms that refuse somebody something; the house only starts them, the bench only measures them. */
const REFUSES = /^(?:tamper-protected|front|authority|http|outside\/sic)\//;
const CALLED_AS_GUARD = /^export (?:async )?function require[A-Z]/m;

test('what is called as a guard is a guard, or says why it is none', () => {
  const known = new Set(guards().map(({ room, path }) => twinOf(room, path)[0]));
  const named = shipped.filter((path) => REFUSES.test(path) && CALLED_AS_GUARD.test(read(path).text));
  assert.ok(named.length > 30);
  assert.deepEqual(named.filter((path) => !known.has(path) && WITHOUT_TWIN[path] === undefined), []);
  for (const [path, reason] of Object.entries(WITHOUT_TWIN)) assert.ok(paths.includes(path) && !known.has(path) && reason.length > 20, path);
});

test('what is refused by construction says why, and every attack is made by the shared part or named like one', () => {
  for (const path of paths.filter((path) => /\/test\/attacks\/.*\.test\.ts$/.test(path) && !path.endsWith('attacks/table.test.ts'))) {
    const { text } = read(path);
    assert.doesNotMatch(text, /test\(\s*['"`][^'"`]*· by construction/, path);
    for (const [use] of text.matchAll(/attackByConstruction\(\s*\{[^}]*\}/g)) assert.match(use, /because: (?:'[^']{20,}'|"[^"]{20,}")/, `${path}: ${use}`);
  }
});

test('every guard is attacked', () => {
  const attacks = paths.filter((path) => /\/test\/attacks\/(?!twins\/).*\.test\.ts$/.test(path) && path !== 'house/test/attacks/twins.test.ts');
  const texts = attacks.map((path) => ({ room: workspaces().find((room) => path.startsWith(`${room}/`))!, text: read(path).text }));
  const idle = guards().filter(({ room, path }) => !texts.some(({ room: at, text }) => text.includes(`'${at === room ? '' : `${room}:`}${path}'`)));
  assert.deepEqual(idle, []);
});

test('a twin takes the place of its guard in the graph that asked for it, and nowhere else', async () => {
  const guard = 'activation/checks/in-time.ts';
  const entry = 'src/activation/verify-answer.ts';
  type Loaded = { readonly verifyAnswer: (state: object, operation: object, sealed: object) => unknown };
  const honest = (await import(pathToFileURL(`${ROOT}/${SAM}/${entry}`).href)) as Loaded;
  const open = (await loadWithTwins({ room: SAM, entry, guards: [guard] })) as Loaded;
  const code = ({ verifyAnswer }: Loaded): unknown => {
    try {
      return verifyAnswer({ clock: { monotonic: () => 1 } }, { deadline: 0, intent: {}, body: new Uint8Array(0) }, {});
    } catch (cause) {
      return (cause as { code?: unknown }).code;
    }
  };
  assert.equal(code(honest), 'op_expired');
  assert.notEqual(code(open), 'op_expired');
  assert.notEqual(honest.verifyAnswer, open.verifyAnswer);
});

test('a guard that nothing imports is not taken for removed', async () => {
  await assert.rejects(
    loadWithTwins({ room: SAM, entry: 'src/clock.ts', guards: ['activation/checks/in-time.ts'] }),
    /nothing that was loaded imports/,
  );
});

/** What could put another module in the place of a guard, or run one before the program. */
const HOOKS = /registerHooks|\bregister\s*\(\s*['"`]|loadWithTwins|attacks\/twins|twins\.ts|NODE_OPTIONS|--(?:experimental-)?loader|--import|--require|(?<![\w-])-r['"\s]/;

test('no shipped file knows of the loader, of a twin, or of a hook for one', () => {
  assert.deepEqual(shipped.filter((path) => HOOKS.test(read(path).text)), []);
  for (const text of ["import { registerHooks } from 'node:module'", "register('./hook.ts')", "'--import=./x.ts'", "['-r', './x.ts']"])
    assert.match(text, HOOKS);
});

test('no room with a guard reads a switch from its environment', () => {
  // The house starts the others, and reads for them what whoever starts it has set.
  const rooms = [...new Set(guards().map(({ room }) => room)), 'doors', 'standards'].filter((room) => room !== 'house');
  const readers = shipped.filter(
    (path) => rooms.some((room) => path.startsWith(`${room}/`)) && /\benv\b|\bexecArgv\b/.test(codeOf(read(path).text).code),
  );
  // One gives its thread an empty environment; the other learns whether the house holds its standard input, and nothing else.
  assert.deepEqual(readers, ['front/sca/src/parsing/readers.ts', 'wire/src/lifeline.ts']);
});

test('a process is started with rights, its program and its arguments, and nothing that would load other code', (t) => {
  t.mock.property(process, 'env', { ...process.env, NODE_OPTIONS: '--import=./other.ts' });
  const program = `${ROOT}/${SAM}/src/main.ts`;
  const row: ProcessRow = { name: 'sam', program, arguments: ['x'], reads: [], writes: [], network: true, addons: true, worker: true, compileCache: undefined };
  const words = nodeArguments(row);
  assert.deepEqual(words.slice(-2), [program, 'x']);
  for (const word of words.slice(0, -2)) assert.match(word, /^--(?:permission$|disable-warning=|allow-)/);
  assert.deepEqual(Object.keys(environmentOf(row)).sort(), ['LANG', 'NODE_DISABLE_COMPILE_CACHE', 'PATH', 'SIGILLO_LIFELINE', 'TZ']);
});
