// SPDX-License-Identifier: Apache-2.0
// As whom the PostgreSQL programs run. PostgreSQL refuses to run as root, and changing to another user would need a home and a node_modules
// that this user can read; a user namespace in which root has another number needs neither. Nothing of this applies to an ordinary user.
import { spawnSync } from 'node:child_process';
import { HouseError } from '../error.ts';

const NOBODY = '65534';
const OWN_SERVER = 'or set SIGILLO_DATABASE_URL to use a PostgreSQL server of your own.';

/** The words to put before a PostgreSQL program. */
export function confinement(): readonly string[] {
  return process.getuid?.() === 0 ? ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--'] : [];
}

/** Lets the kernel end the program when its parent dies. It stands after the namespace, because a change of credentials clears it. */
export const DIES_WITH_PARENT: readonly string[] = ['setpriv', '--pdeathsig', 'INT', '--'];

/** Tries the confinement on a program that does nothing, so that its absence has a name of its own. */
export function requireConfinement(env: NodeJS.ProcessEnv = process.env): void {
  if (process.platform !== 'linux') {
    throw new HouseError(
      'tool_missing',
      `The built-in PostgreSQL runs on Linux only (its end with the house is the kernel's work): use Linux, ${OWN_SERVER}`,
    );
  }
  const words = [...confinement(), ...DIES_WITH_PARENT, 'true'];
  const { error, status, stderr } = spawnSync(words[0]!, words.slice(1), { env, encoding: 'utf8' });
  if (error === undefined && status === 0) return;
  const reason = error === undefined ? stderr.trim() : `${words[0]} is not here`;
  const asUser = process.getuid?.() === 0 ? 'run Sigillo as an ordinary user, ' : '';
  throw new HouseError(
    'tool_missing',
    `The built-in PostgreSQL cannot be held safely (${reason}): install util-linux (setpriv, unshare), ${asUser}${OWN_SERVER}`,
  );
}
