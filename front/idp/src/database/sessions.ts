// SPDX-License-Identifier: Apache-2.0
import type { Database } from './database.ts';

/** The logins of browsers, beside what oidc-provider does with them. */
export class Sessions {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async lives(uid: string): Promise<boolean> {
    const { count } = await this.#database.run(
      'session_lives',
      `select 1 from oidc where model = 'Session' and uid = $1 and expires_at > now() limit 1`,
      [uid],
    );
    return count === 1;
  }

  async end(uid: string): Promise<void> {
    await this.#database.run('session_end', `delete from oidc where model = 'Session' and uid = $1`, [uid]);
  }

  /** Codes and refresh tokens that one client got from one login. */
  async endGrants(uid: string, clientId: string): Promise<void> {
    await this.#database.run(
      'session_grants',
      `delete from oidc where model in ('RefreshToken', 'AuthorizationCode') and payload->>'sessionUid' = $1 and payload->>'clientId' = $2`,
      [uid, clientId],
    );
  }
}
