// SPDX-License-Identifier: Apache-2.0
// Makes the cluster of the built-in server. No superuser can ever log in: roles and databases are made in single-user mode, with nothing
// listening, and the one superuser that initdb demands loses its login there and then. A new cluster grows beside its place and moves there
// when it is whole, so a crash leaves nothing that could be taken for one.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HouseError } from '../error.ts';
import { accessRules } from './access-rules.ts';
import type { PostgresBinaries } from './binaries.ts';
import { confinement } from './confine.ts';
import type { PostgresLayout } from './layout.ts';
import { rolesOf } from './owners.ts';
import { statementsForDatabase, statementsForRoles, type VerifierOf } from './roles.ts';

const SUPERUSER = 'nobody_at_all';
/** Says for whom the cluster has roles and databases. */
const OWNERS_FILE = 'sigillo-owners.json';

export interface Cluster {
  readonly binaries: PostgresBinaries;
  readonly layout: PostgresLayout;
  readonly owners: readonly string[];
  readonly verifierOf: VerifierOf;
}

/** Makes the cluster if there is none, and gives owners that are new in this version what they need. The server does not run meanwhile. */
export function initialise(cluster: Cluster): void {
  const { data } = cluster.layout;
  if (!existsSync(data)) makeCluster(cluster, `${data}.new`);
  checkVersion(cluster);
  addOwners(cluster);
  writeFileSync(join(data, 'pg_hba.conf'), accessRules(cluster.owners), { mode: 0o600 });
}

function makeCluster(cluster: Cluster, fresh: string): void {
  const { binaries, layout } = cluster;
  mkdirSync(dirname(fresh), { recursive: true, mode: 0o700 });
  rmSync(fresh, { recursive: true, force: true });
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  run(cluster, [
    binaries.initdb,
    '-D',
    fresh,
    '-U',
    SUPERUSER,
    '--auth=reject',
    ...locale,
    '--data-checksums',
    '--no-instructions',
    '--no-sync',
  ]);
  alone(cluster, fresh, [
    ...cluster.owners.flatMap((owner) => [...statementsForRoles(owner, cluster.verifierOf), ...statementsForDatabase(owner)]),
    'revoke all on database postgres from public',
    'revoke all on database template1 from public',
    `alter role ${SUPERUSER} nologin`,
  ]);
  rememberOwners(fresh, cluster.owners);
  spawnSync('sync');
  renameSync(fresh, layout.data);
}

function addOwners(cluster: Cluster): void {
  const known = knownOwners(cluster.layout.data);
  for (const owner of cluster.owners.filter((name) => !known.includes(name))) {
    // What a crash in the middle of this very addition left behind belongs to nobody yet.
    const leftovers = [`drop database if exists ${owner}`, ...rolesOf(owner).map((role) => `drop role if exists ${role}`)];
    alone(cluster, cluster.layout.data, [...leftovers, ...statementsForRoles(owner, cluster.verifierOf), ...statementsForDatabase(owner)]);
    known.push(owner);
    rememberOwners(cluster.layout.data, known);
  }
}

function checkVersion({ binaries, layout }: Cluster): void {
  const found = readFileSync(join(layout.data, 'PG_VERSION'), 'utf8').trim();
  if (found === binaries.majorVersion) return;
  throw new HouseError(
    'postgres_version',
    `${layout.data} belongs to PostgreSQL ${found}; this version of Sigillo brings PostgreSQL ${binaries.majorVersion}.`,
  );
}

/** Runs statements with nobody else connected, nor able to. */
function alone(cluster: Cluster, data: string, statements: readonly string[]): void {
  const args = [
    cluster.binaries.postgres,
    '--single',
    '-D',
    data,
    '-c',
    'exit_on_error=on',
    '-c',
    'log_min_error_statement=panic',
    'postgres',
  ];
  run(cluster, args, `${statements.join(';\n')};\n`);
}

function run({ layout }: Cluster, program: readonly string[], input = ''): void {
  const words = [...confinement(), ...program];
  const { status, error, stderr } = spawnSync(words[0]!, words.slice(1), { env: layout.env, input, encoding: 'utf8' });
  if (status === 0) return;
  const reason = stderr === null || stderr.trim() === '' ? String(error ?? `it ended with code ${status}`) : stderr.trim();
  throw new HouseError('postgres_failed', `PostgreSQL could not be set up: ${reason}`);
}

function knownOwners(data: string): string[] {
  return JSON.parse(readFileSync(join(data, OWNERS_FILE), 'utf8')) as string[];
}

function rememberOwners(data: string, owners: readonly string[]): void {
  const path = join(data, OWNERS_FILE);
  writeFileSync(`${path}.new`, JSON.stringify(owners), { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}
