// SPDX-License-Identifier: Apache-2.0
// Where the built-in PostgreSQL keeps its things, and with which settings it runs. The settings are given at each start, so a newer version
// of Sigillo applies its own to an older home.
import { join } from 'node:path';

export interface PostgresLayout {
  readonly data: string;
  readonly libraryLinks: string;
  readonly sockets: string;
  readonly env: NodeJS.ProcessEnv;
}

export function postgresLayout(home: string, sockets: string, libraries: string): PostgresLayout {
  const folder = join(home, 'pg');
  const libraryLinks = join(folder, 'lib');
  const env = { PATH: process.env['PATH'], LD_LIBRARY_PATH: `${libraryLinks}:${libraries}`, LC_ALL: 'C', TZ: 'UTC', HOME: folder };
  return { data: join(folder, 'data'), libraryLinks, sockets, env };
}

export function settings(layout: PostgresLayout): string[] {
  const values = {
    listen_addresses: '',
    unix_socket_directories: `"${layout.sockets.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    max_connections: '80',
    shared_buffers: '64MB',
    password_encryption: 'scram-sha-256',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    log_statement: 'none',
    log_min_messages: 'warning',
    // A failed statement is not repeated in the log, nor are the values of its parameters: they are the services' data.
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: '0',
    log_error_verbosity: 'terse',
    timezone: 'UTC',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
