// SPDX-License-Identifier: Apache-2.0
// ROW-17: who has a way into the SAM's tables at all, and what its own role may do there. What stands guard is PostgreSQL itself, as the house
// set it up: its rules of access, the rights of its roles, and the grants of the SAM's migrations. A running instance is attacked as it is, and
// a scratch server that was set up without one of these.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import pg from 'pg';
import { migrate } from '../../src/postgres/migrate.ts';
import type { openDatabases } from '../../src/postgres/open.ts';
import { ROOT } from '../../src/repository.ts';
import { loadWithTwins } from '@sigillo/standards/test/attacks';
import { theInstance } from '../played/instance.ts';
import { scratchFolder } from '../scratch.ts';

const TABLES = ['signer', 'authenticator', 'signing_key', 'client', 'officer', 'enrolment', 'subject_key', 'journal_copy'];
const SAM = 'tamper-protected/sam';
const MIGRATIONS = join(ROOT, SAM, 'migrations');

/** The address of a role's own database. */
type UrlOf = (role: string) => string;

const OTHERS = "other rooms' roles write the SAM's tables";
const SETUP = ['postgres/access-rules.ts', 'postgres/roles.ts'];

test(`ROW-17 ${OTHERS} · ${SETUP.join(' + ')} · 42501`, async () => {
  const { layout } = await theInstance();
  const fileOf: UrlOf = (role) => join(layout.home, 'keys', `database-${role}.url`);
  const urlOf: UrlOf = (role) => readFileSync(fileOf(role), 'utf8');
  assert.equal(existsSync(fileOf('ssa')), false, 'the SSA has no database at all');
  assert.deepEqual(await rowsOf(urlOf('sam'), "select rolname from pg_roles where rolname ~ '^(ssa|sca|tsa)'"), []);
  for (const [what, outcome] of await writtenByOthers(urlOf, ['idp', 'ca'])) assert.match(outcome, /^(?:28000|28P01|42501|3D000)$/, what);
});

test(`ROW-17 twin · ${SETUP.join(' + ')} · ${OTHERS}`, () =>
  onScratchServer(SETUP, ['idp', 'sam'], async (urlOf) => {
    await migrate(urlOf('sam_owner'), MIGRATIONS);
    for (const [what, outcome] of await writtenByOthers(urlOf, ['idp'])) assert.equal(outcome, 'done', what);
  }));

const OWN = "the SAM's own role deletes or rewrites what it may only add to";
const GRANTS = `${SAM}:migrations`;

test(`ROW-17 ${OWN} · ${GRANTS} · 42501`, async () => {
  const { layout } = await theInstance();
  const url = readFileSync(join(layout.home, 'keys', 'database-sam.url'), 'utf8');
  for (const statement of [...FORBIDDEN, ...TABLES.map((table) => `drop table ${table}`)]) assert.equal(
    await outcomeOf(url, statement),
    '42501',
    statement,
  );
});

test(`ROW-17 twin · ${GRANTS} · ${OWN}`, () =>
  onScratchServer([], ['sam'], async (urlOf) => {
    const folder = scratchFolder();
    for (const from of [MIGRATIONS, join(ROOT, SAM, 'test/attacks/twins/migrations')]) cpSync(from, folder, { recursive: true });
    await migrate(urlOf('sam_owner'), folder);
    for (const statement of FORBIDDEN) assert.equal(await outcomeOf(urlOf('sam'), statement), 'done', statement);
  }));

/** What no grant of the SAM's covers. */
const FORBIDDEN: readonly string[] = [
  ...TABLES.flatMap((table) => [`delete from ${table}`, `truncate ${table}`]),
  'update subject_key set wrapped = wrapped',
  'update journal_copy set body = body',
  'create function f() returns int language sql as $$ select 1 $$',
];

/** What came of it when the roles of other owners wrote into each table of the SAM's. */
async function writtenByOthers(urlOf: UrlOf, owners: readonly string[]): Promise<(readonly [what: string, outcome: string])[]> {
  const outcomes: (readonly [string, string])[] = [];
  for (const role of owners.flatMap((owner) => [owner, `${owner}_owner`])) {
    const there = new URL(urlOf(role));
    there.pathname = '/sam';
    for (const table of TABLES) outcomes.push([`${role} into ${table}`, await outcomeOf(there.href, `insert into ${table} select * from ${table}`)]);
  }
  return outcomes;
}

/** A built-in server of its own, set up where the twins of these guards stand. */
async function onScratchServer(guards: readonly string[], owners: readonly string[], work: (urlOf: UrlOf) => Promise<void>): Promise<void> {
  const entry = 'src/postgres/open.ts';
  const { openDatabases: open } = await loadWithTwins<{ readonly openDatabases: typeof openDatabases }>({ room: 'house', entry, guards });
  const [home, sockets] = [scratchFolder(), scratchFolder()];
  const { access, server } = await open({ home, sockets, ownServer: undefined, random: randomBytes, log: () => undefined, owners });
  const running = server!.launch();
  try {
    await running.ready;
    await work((role) => access.url(role));
  } finally {
    const gone = once(running.child, 'exit');
    running.child.kill('SIGINT');
    await gone;
  }
}

async function rowsOf(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function outcomeOf(url: string, text: string): Promise<string> {
  try {
    await rowsOf(url, text);
    return 'done';
  } catch (cause) {
    return String((cause as { code?: unknown }).code);
  }
}
