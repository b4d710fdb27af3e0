// SPDX-License-Identifier: Apache-2.0
// The built-in server by real processes. Each property of the first is asked of the same running server, so the file starts four in all.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openRunFolder } from '../../src/home/run-folder.ts';
import { migrate } from '../../src/postgres/migrate.ts';
import { openDatabases } from '../../src/postgres/open.ts';
import { rolesOf, DATABASE_OWNERS } from '../../src/postgres/owners.ts';
import { eventually, isAlive, scratchFolder } from '../scratch.ts';
import { ask, startPostgres } from './instance.ts';

test('the built-in server keeps every role in its own database', async (t) => {
  const home = scratchFolder();
  const { databases, sockets, said } = await startPostgres(t, home);
  const { access } = databases;

  await t.test('both roles of each owner log in, through the socket only', async () => {
    for (const owner of DATABASE_OWNERS) {
      for (const role of rolesOf(owner)) {
        assert.deepEqual(await ask(access.url(role), 'select current_user::text as who, current_database()::text as at'), [
          { who: role, at: owner },
        ]);
      }
    }
    assert.deepEqual(await ask(access.url('sam'), 'show listen_addresses'), [{ listen_addresses: '' }]);
    assert.deepEqual(await ask(access.url('sam'), 'show fsync'), [{ fsync: 'on' }]);
    const inherits = "select rolname, rolinherit from pg_roles where rolname in ('sam', 'sam_owner') order by rolname";
    assert.deepEqual(await ask(access.url('sam'), inherits), [{ rolname: 'sam', rolinherit: false }, { rolname: 'sam_owner', rolinherit: true }]);
    assert.equal(statSync(join(sockets, '.s.PGSQL.5432')).mode & 0o777, 0o700);
  });

  await t.test('a wrong password, another database and the superuser are turned away', async () => {
    const url = (change: (url: URL) => void): string => {
      const changed = new URL(access.url('sam'));
      change(changed);
      return changed.href;
    };
    await assert.rejects(
      ask(
        url((u) => (u.password = 'wrong')),
        'select 1',
      ),
      /password authentication failed/,
    );
    await assert.rejects(
      ask(
        url((u) => (u.pathname = '/idp')),
        'select 1',
      ),
      /pg_hba|rejects/,
    );
    await assert.rejects(
      ask(
        url((u) => (u.pathname = '/postgres')),
        'select 1',
      ),
      /pg_hba|rejects/,
    );
    await assert.rejects(
      ask(
        url((u) => (u.username = 'nobody_at_all')),
        'select 1',
      ),
      /pg_hba|rejects/,
    );
    const superusers = await ask(access.url('sam'), 'select rolname::text, rolcanlogin from pg_roles where rolsuper');
    assert.deepEqual(superusers, [{ rolname: 'nobody_at_all', rolcanlogin: false }]);
  });

  await t.test('migrations run as the owner, once, and the service may do what they grant', async () => {
    const folder = join(home, 'odd [name] (1)');
    mkdirSync(folder);
    writeFileSync(join(folder, '001.do.rows.sql'), 'create table rows (id int primary key);\ngrant select, insert on rows to sam;\n');
    assert.deepEqual(await migrate(access.url('sam_owner'), folder), ['1 rows']);
    assert.deepEqual(await migrate(access.url('sam_owner'), folder), []);
    await ask(access.url('sam'), 'insert into rows values (1)');
    assert.deepEqual(await ask(access.url('sam'), 'select id from rows'), [{ id: 1 }]);
    for (const forbidden of [
      'delete from rows',
      'update rows set id = 2',
      'truncate rows',
      'drop table rows',
      'create table mine (id int)',
      'delete from migrations',
      'set role sam_owner',
    ]) {
      await assert.rejects(ask(access.url('sam'), forbidden), /permission denied|must be owner/, forbidden);
    }
  });

  await t.test('a migration that fails leaves nothing of itself or of those applied with it', async () => {
    const folder = join(home, 'failing');
    mkdirSync(folder);
    writeFileSync(join(folder, '001.do.good.sql'), 'create table good (id int);');
    writeFileSync(join(folder, '002.do.bad.sql'), 'create table half (id int); select nothing_of_that_name();');
    await assert.rejects(migrate(access.url('ca_owner'), folder), { code: 'migration_failed' });
    assert.deepEqual(await ask(access.url('ca_owner'), "select tablename from pg_tables where schemaname = 'public'"), []);
  });

  await t.test('a migration that was changed after it was applied is noticed', async () => {
    const folder = join(home, 'changed');
    mkdirSync(folder);
    writeFileSync(join(folder, '001.do.one.sql'), 'create table one (id int);');
    await migrate(access.url('idp_owner'), folder);
    writeFileSync(join(folder, '001.do.one.sql'), 'create table one (id bigint);');
    await assert.rejects(migrate(access.url('idp_owner'), folder), { code: 'migration_failed' });
  });

  await t.test('secrets are readable by their owner alone and are in no log', async () => {
    const keys = join(home, 'keys');
    for (const file of readdirSync(keys)) {
      assert.equal(statSync(join(keys, file)).mode & 0o777, 0o600, file);
      assert.ok(!said().includes(new URL(readFileSync(join(keys, file), 'utf8')).password));
    }
    await assert.rejects(ask(access.url('sam'), "select 'a person'::int"));
    assert.ok(!said().includes('select'), said());
  });
});

test('a server that was killed, and what it left, is no obstacle; a new owner gets its database', async (t) => {
  const home = scratchFolder();
  const first = await startPostgres(t, home, ['sam']);
  await ask(first.databases.access.url('sam_owner'), 'create table kept (id int)');
  const data = join(home, 'pg', 'data');
  const left = readFileSync(join(data, 'postmaster.pid'));
  await first.supervisor.stop();
  // The file of a dead run names a process that is alive by now, and is somebody else.
  writeFileSync(join(data, 'postmaster.pid'), left.toString().replace(/^\d+/, String(process.ppid)));
  writeFileSync(join(first.sockets, '.s.PGSQL.5432.lock'), left);

  const second = await startPostgres(t, home, ['sam', 'record']);
  assert.deepEqual(await ask(second.databases.access.url('sam_owner'), "select tablename from pg_tables where schemaname = 'public'"), [
    { tablename: 'kept' },
  ]);
  assert.deepEqual(await ask(second.databases.access.url('record'), 'select current_database()::text as at'), [{ at: 'record' }]);
});

test('a server of a killed house is ended before the next one starts', async (t) => {
  const home = scratchFolder();
  const first = await startPostgres(t, home, ['sam']);
  const pid = first.supervisor.pidOf('postgres')!;
  // The supervisor of the first house would start it again, so it is told to stop while the process cannot hear it.
  process.kill(pid, 'SIGSTOP');
  const stopped = first.supervisor.stop();
  process.kill(pid, 'SIGCONT');
  const options = {
    home,
    sockets: openRunFolder(home),
    ownServer: undefined,
    random: (length: number) => randomBytes(length),
    log: () => {},
    owners: ['sam'],
  };
  await openDatabases(options);
  await eventually('the former server is gone', () => !isAlive(pid));
  await stopped;
});

test('a home with a long path has its sockets elsewhere, and removes them', async (t) => {
  const home = join(scratchFolder(), 'ü '.repeat(20), 'x'.repeat(100));
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const { databases, sockets, supervisor } = await startPostgres(t, home, ['sam']);
  assert.ok(!sockets.startsWith(home));
  assert.equal(statSync(sockets).mode & 0o777, 0o700);
  assert.deepEqual(await ask(databases.access.url('sam'), 'select 1 as one'), [{ one: 1 }]);
  await supervisor.stop();
  openRunFolder(home);
  assert.ok(!existsSync(sockets));
});

test('another major version than the one that made the data is refused by name', async (t) => {
  const home = scratchFolder();
  const { supervisor } = await startPostgres(t, home, ['sam']);
  await supervisor.stop();
  writeFileSync(join(home, 'pg', 'data', 'PG_VERSION'), '17\n');
  const options = {
    home,
    sockets: openRunFolder(home),
    ownServer: undefined,
    random: (length: number) => randomBytes(length),
    log: () => {},
  };
  await assert.rejects(openDatabases(options), { code: 'postgres_version' });
});
