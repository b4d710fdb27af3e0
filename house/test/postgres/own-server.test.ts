// SPDX-License-Identifier: Apache-2.0
// A server of the operator's own is played by a second built-in one, in which an administrator may create roles and databases, as on a
// managed server: no superuser.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { socketServer } from '../../src/postgres/access.ts';
import { findBinaries } from '../../src/postgres/binaries.ts';
import { confinement } from '../../src/postgres/confine.ts';
import { postgresLayout } from '../../src/postgres/layout.ts';
import { openDatabases, type DatabaseOptions } from '../../src/postgres/open.ts';
import { scramVerifier } from '../../src/postgres/scram.ts';
import { postgresServer } from '../../src/postgres/server.ts';
import { BACK_OFF } from '../../src/supervise/back-off.ts';
import { openSupervisor } from '../../src/supervise/supervisor.ts';
import { keptLog, scratchFolder } from '../scratch.ts';
import { ask } from './instance.ts';

const PASSWORD = 'of-the-administrator';

test("the house makes what it needs on one's own server, once", async (t) => {
  const { administrator, limited } = await ownServer(t);
  const home = scratchFolder();

  await t.test('an administrator without the right to create is refused plainly and leaves nothing', async () => {
    await assert.rejects(openDatabases(options(home, limited)), { code: 'postgres_refused', message: /could not create what idp needs/ });
    assert.deepEqual(await ask(administrator, "select rolname::text from pg_roles where rolname like 'idp%'"), []);
  });

  await t.test('roles and databases come into being with passwords of their own', async () => {
    const { access, server } = await openDatabases(options(home, administrator));
    assert.equal(server, undefined);
    assert.deepEqual(await ask(access.url('sam'), 'select current_user::text as who'), [{ who: 'sam' }]);
    await assert.rejects(ask(access.url('sam'), 'create table t (id int)'), /permission denied/);
    await ask(access.url('sam_owner'), 'create table t (id int)');
    await assert.rejects(ask(administrator, 'set role sam_owner'), /permission denied/);
    assert.ok(!readFileSync(access.urlFile('sam'), 'utf8').includes(PASSWORD));
    assert.ok(!existsSync(join(home, 'pg')));
  });

  await t.test('later starts need no administrator', async () => {
    const { access, server } = await openDatabases(options(home, undefined));
    assert.equal(server, undefined);
    assert.deepEqual(await ask(access.url('ca'), 'select current_user::text as who'), [{ who: 'ca' }]);
  });

  await t.test('another home does not take over what this one made', async () => {
    await assert.rejects(openDatabases(options(scratchFolder(), administrator)), { code: 'postgres_refused', message: /already has/ });
  });

  await t.test('a server that does not answer is named as such', async () => {
    const nowhere = socketServer(scratchFolder()).href;
    await assert.rejects(openDatabases(options(scratchFolder(), nowhere)), {
      code: 'postgres_refused',
      message: /does not let the house in/,
    });
  });
});

function options(home: string, ownServer: string | undefined): DatabaseOptions {
  return { home, sockets: join(home, 'run'), ownServer, random: (length) => randomBytes(length), log: () => {} };
}

async function ownServer(t: TestContext): Promise<{ administrator: string; limited: string }> {
  const home = scratchFolder();
  const binaries = findBinaries();
  const layout = postgresLayout(home, home, binaries.libraries);
  await openDatabases({ ...options(home, undefined), sockets: home, owners: [] });
  prependRules(layout.data, 'local postgres administrator,limited scram-sha-256\nlocal idp,sam,ca all scram-sha-256\n');
  const verifier = scramVerifier(PASSWORD, randomBytes(16));
  const statements = [
    `create role administrator login createdb createrole password '${verifier}'`,
    `create role limited login createrole password '${verifier}'`,
    'grant connect on database postgres to administrator, limited',
  ];
  const words = [...confinement(), binaries.postgres, '--single', '-D', layout.data, '-c', 'exit_on_error=on', 'postgres'];
  const made = spawnSync(words[0]!, words.slice(1), { env: layout.env, input: `${statements.join(';\n')};\n`, encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  const supervisor = openSupervisor({ log: keptLog().log, readyWithinMs: 20_000, stopWithinMs: 5000, backOff: BACK_OFF });
  t.after(() => supervisor.stop());
  await supervisor.start(postgresServer(binaries, layout, () => {}));
  const url = (role: string): string => {
    const there = socketServer(home);
    there.username = role;
    there.password = PASSWORD;
    there.pathname = '/postgres';
    return there.href;
  };
  return { administrator: url('administrator'), limited: url('limited') };
}

/** The rules for these roles stand before the one that rejects everybody. */
function prependRules(data: string, rules: string): void {
  const path = join(data, 'pg_hba.conf');
  writeFileSync(path, rules + readFileSync(path, 'utf8'));
}
