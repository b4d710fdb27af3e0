// SPDX-License-Identifier: Apache-2.0
// One file per role, readable by its owner alone, holds the connection string with the role's password. A password is made once and stays;
// the server's place may change with each start (the sockets of a long home are elsewhere each time).
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DatabaseAccess {
  /** The file that a process gets named in its configuration. */
  urlFile(role: string): string;
  url(role: string): string;
  /** The password of a role; made and kept at the first question. */
  password(role: string): string;
  /** Writes where the database of a role is; the password stays. */
  place(role: string, server: URL, database: string): void;
  isPlaced(role: string): boolean;
}

const PASSWORD_BYTES = 24;
const NOWHERE = 'postgresql://nowhere.invalid/';

export function openDatabaseAccess(keysFolder: string, random: (length: number) => Uint8Array): DatabaseAccess {
  mkdirSync(keysFolder, { recursive: true, mode: 0o700 });
  const urlFile = (role: string): string => join(keysFolder, `database-${role}.url`);
  const url = (role: string): string => readFileSync(urlFile(role), 'utf8');
  const password = (role: string): string => {
    if (!existsSync(urlFile(role)))
      writeSecret(urlFile(role), withLogin(new URL(NOWHERE), role, Buffer.from(random(PASSWORD_BYTES)).toString('base64url')));
    return new URL(url(role)).password;
  };
  const place = (role: string, server: URL, database: string): void => {
    const there = withLogin(new URL(server), role, password(role), database);
    if (there !== url(role)) writeSecret(urlFile(role), there);
  };
  return { urlFile, url, password, place, isPlaced: (role) => existsSync(urlFile(role)) && !url(role).includes('@nowhere.invalid/') };
}

/** The server of a folder of sockets, in the form that libpq and `pg` both read. */
export function socketServer(folder: string): URL {
  return new URL(`postgresql://${encodeURIComponent(folder)}/`);
}

function withLogin(server: URL, role: string, password: string, database = ''): string {
  server.username = role;
  server.password = password;
  server.pathname = `/${database}`;
  return server.href;
}

/** Whole or not at all: the new text replaces the old one in one step. */
function writeSecret(path: string, text: string): void {
  const fresh = `${path}.new`;
  writeFileSync(fresh, text, { mode: 0o600, flush: true });
  renameSync(fresh, path);
}
