// SPDX-License-Identifier: Apache-2.0
// Each process of the table tries, with its own flags and files, what it must not be able to do. Then the doors: the keys and passwords of one room are tried
// at every door that is not its own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { caDoor } from '@sigillo/doors/ca';
import { cryptoModuleDoor } from '@sigillo/doors/crypto-module';
import { samDoor } from '@sigillo/doors/sam';
import { connectLink, LinkError, monotonicMs, random } from '@sigillo/wire';
import type { HomeLayout, KeyFile } from '../../src/home/layout.ts';
import { processTable, PROCESS_NAMES, type ProcessName } from '../../src/processes.ts';
import { ROOT } from '../../src/repository.ts';
import { builtSignersPage } from '../../src/signers-page.ts';
import { environmentOf, nodeArguments, type ProcessRow } from '../../src/supervise/process-row.ts';
import { theInstance } from '../played/instance.ts';
import type { Attempt } from './probe.ts';

const PROBE = fileURLToPath(new URL('probe.ts', import.meta.url));
const REFUSED = new Set(['ERR_ACCESS_DENIED', 'ERR_DLOPEN_DISABLED']);
const databaseUrlFile = (layout: HomeLayout, role: string): string => join(layout.home, 'keys', `database-${role}.url`);

/** Drops the first table of the database; where there is none, nothing fails, and the test does. */
const DROP_ONE = "do $$ begin execute (select format('drop table %I', tablename) from pg_tables where schemaname = 'public' order by 1 limit 1); end $$";

/** Files and folders of others, worth most to whoever has taken this process over. */
function othersOf(layout: HomeLayout): Readonly<Record<ProcessName, readonly string[]>> {
  const { folder, key, clientKey } = layout;
  const database = (role: string): string => databaseUrlFile(layout, role);
  return {
    'crypto-module': [folder('sam'), database('sam'), key('ssa-sam')],
    'crypto-module-2': [folder('sam'), database('sam'), key('ssa-sam')],
    sam: [folder('crypto-module'), key('crypto-module-seal'), folder('ca'), database('ca'), database('sam_owner')],
    ca: [folder('crypto-module'), key('crypto-module-seal'), folder('sam'), database('sam'), key('ssa-sam')],
    tsa: [folder('ca'), key('ca-seal'), folder('sam')],
    idp: [folder('sam'), key('ssa-sam'), database('sam'), clientKey('sca')],
    ssa: [folder('sam'), folder('crypto-module'), key('sam-crypto-module'), key('ticket'), database('sam'), database('idp'), clientKey('sca')],
    sca: [key('credential-token'), key('ssa-sam'), database('idp'), folder('sam'), clientKey('officers')],
    static: [join(layout.home, 'keys'), folder('sam'), folder('sca'), clientKey('sca')],
    'demo-officers': [join(layout.home, 'keys'), folder('sam'), folder('crypto-module'), clientKey('sca')],
  };
}

test('every process can read its configuration, and nothing of the others; it runs no program, and loads no native library but for its crypto module', async (t) => {
  const { layout } = await theInstance();
  const sic = await builtSignersPage();
  const table = processTable({ layout, sic, databaseUrl: (role) => databaseUrlFile(layout, role) });
  assert.deepEqual(table.map(({ name }) => name), PROCESS_NAMES);
  const [koffi] = globSync('tamper-protected/crypto-module/node_modules/**/koffi.node', { cwd: ROOT });
  for (const row of table) {
    await t.test(row.name, () => {
      const forbidden: Attempt[] = [
        ...othersOf(layout)[row.name].map((path) => ({ what: 'read', path }) as const),
        { what: 'read', path: '/etc/passwd' },
        { what: 'write', path: join(layout.public, 'policy.json') },
        { what: 'write', path: row.program },
        ...(row.name === 'crypto-module-2' ? [{ what: 'write', path: join(layout.folder('crypto-module'), 'token.bin') } as const] : []),
        { what: 'spawn' },
        ...(row.worker === true ? [] : [{ what: 'worker' } as const]),
        ...(row.addons ? [] : [{ what: 'load', path: join(ROOT, koffi!) } as const]),
      ];
      const [own, ...others] = tryAs(row, [{ what: 'read', path: layout.configOf(row.name) }, ...forbidden]);
      assert.equal(own, 'done');
      for (const [at, outcome] of others.entries()) assert.ok(REFUSED.has(outcome), `${JSON.stringify(forbidden[at])}: ${outcome}`);
    });
  }
});

test('the key of one arrow opens no other door', async () => {
  const { layout } = await theInstance();
  const keys: readonly KeyFile[] = ['ssa-sam', 'sam-crypto-module', 'ssa-ca', 'ticket', 'credential-token'];
  const own = { sam: 'ssa-sam', 'crypto-module': 'sam-crypto-module', ca: 'ssa-ca' } as const;
  for (const socket of ['sam', 'crypto-module', 'crypto-module-2', 'ca'] as const) {
    const name = socket === 'crypto-module-2' ? 'crypto-module' : socket;
    for (const key of keys) {
      const outcome = await outcomeOf(() => knock(name, layout.socket(socket), readFileSync(layout.key(key))));
      assert.equal(outcome, key === own[name] ? 'open' : 'closed', `${key} at ${socket}`);
    }
  }
});

test('a database role enters its own database only, and neither makes nor drops tables', async () => {
  const { layout } = await theInstance();
  const roles = ['idp', 'sam', 'ca'] as const;
  for (const role of roles) {
    const url = readFileSync(databaseUrlFile(layout, role), 'utf8');
    for (const database of [...roles, 'postgres']) {
      const there = new URL(url);
      there.pathname = `/${database}`;
      const outcome = await ask(there.href, 'select 1');
      if (database === role) assert.equal(outcome, 'done');
      else assert.match(outcome, /^(?:28000|28P01|42501|3D000)$/, `${role} in ${database}`);
    }
    assert.equal(await ask(url, 'create table of_my_own (a int)'), '42501', `${role} makes a table`);
    assert.equal(await ask(url, DROP_ONE), '42501', `${role} drops a table`);
  }
});

function tryAs(row: ProcessRow, attempts: readonly Attempt[]): string[] {
  const words = nodeArguments(row);
  const flags = words.slice(0, words.indexOf(row.program));
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, `--allow-fs-read=${PROBE}`, PROBE, JSON.stringify(attempts)], { env: environmentOf(row), encoding: 'utf8' });
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout) as string[];
}

/** Sends one message that the door has; what it says does not matter. */
async function knock(name: 'sam' | 'crypto-module' | 'ca', path: string, key: Uint8Array): Promise<void> {
  const end = { name, path, key, random, monotonic: monotonicMs };
  const context = { requestId: 'knock', deadlineMs: 2000 };
  if (name === 'sam') {
    const link = connectLink({ ...end, door: samDoor });
    await link.call('officerPending', {}, context).finally(() => link.close());
  } else if (name === 'ca') {
    const link = connectLink({ ...end, door: caDoor });
    await link.call('issue', { order: { statement: new Uint8Array(100), signature: new Uint8Array(64) } }, context).finally(() => link.close());
  } else {
    const link = connectLink({ ...end, door: cryptoModuleDoor });
    await link.call('info', {}, context).finally(() => link.close());
  }
}

/** A door that refuses what a message says has been opened. */
async function outcomeOf(knocking: () => Promise<void>): Promise<'open' | 'closed'> {
  try {
    await knocking();
    return 'open';
  } catch (cause) {
    if (!(cause instanceof LinkError)) throw cause;
    return cause.kind === 'refused' ? 'open' : 'closed';
  }
}

async function ask(connectionString: string, query: string): Promise<string> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 3000 });
  try {
    await client.connect();
    await client.query(query);
    return 'done';
  } catch (cause) {
    return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  } finally {
    await client.end();
  }
}
