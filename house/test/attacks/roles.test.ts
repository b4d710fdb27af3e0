// SPDX-License-Identifier: Apache-2.0
// ROW-17, on a running instance: who has a way into the SAM's tables at all. There is no file to take away here: what stands guard is
// PostgreSQL itself, with the roles, passwords and grants that the house gave it.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { theInstance } from '../played/instance.ts';
import { attackByConstruction } from '@sigillo/standards/test/attacks';

const TABLES = ['signer', 'authenticator', 'signing_key', 'client', 'officer', 'enrolment', 'subject_key', 'journal_copy'];

attackByConstruction({ id: 'ROW-17', title: "other rooms' roles write the SAM's tables", code: '42501' }, async () => {
  const { layout } = await theInstance();
  const urlOf = (role: string): string => join(layout.home, 'keys', `database-${role}.url`);
  assert.equal(existsSync(urlOf('ssa')), false, 'the SSA has no database at all');
  const sam = readFileSync(urlOf('sam'), 'utf8');
  assert.deepEqual(await rowsOf(sam, "select rolname from pg_roles where rolname ~ '^(ssa|sca|tsa)'"), []);
  for (const role of ['idp', 'ca', 'idp_owner', 'ca_owner']) {
    const there = new URL(readFileSync(urlOf(role), 'utf8'));
    there.pathname = '/sam';
    for (const table of TABLES) assert.match(
      await outcomeOf(there.href, `insert into ${table} select * from ${table}`),
      /^(?:28000|28P01|42501|3D000)$/,
      `${role} into ${table}`,
    );
  }
});

attackByConstruction({ id: 'ROW-17', title: "the SAM's own role deletes or rewrites what it may only add to", code: '42501' }, async () => {
  const { layout } = await theInstance();
  const sam = readFileSync(join(layout.home, 'keys', 'database-sam.url'), 'utf8');
  for (const table of TABLES) {
    assert.equal(await outcomeOf(sam, `delete from ${table}`), '42501', `delete from ${table}`);
    assert.equal(await outcomeOf(sam, `truncate ${table}`), '42501', `truncate ${table}`);
    assert.equal(await outcomeOf(sam, `drop table ${table}`), '42501', `drop ${table}`);
  }
  assert.equal(await outcomeOf(sam, 'update subject_key set wrapped = wrapped'), '42501');
  assert.equal(await outcomeOf(sam, 'update journal_copy set body = body'), '42501');
  assert.equal(await outcomeOf(sam, 'create function f() returns int language sql as $$ select 1 $$'), '42501');
});

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
