// SPDX-License-Identifier: Apache-2.0
// Access tokens are not looked up by those who accept them. What is revoked here is written to the file that the SSA reads every second;
// the line is on the disk before the row goes and before anyone is told that the token is dead.
import type { RevokedTokens } from '../revoked-tokens.ts';
import type { Database, Row } from './database.ts';

export interface IssuedToken {
  readonly jti: string;
  readonly clientId: string;
  readonly subject: string | null;
  readonly grantId: string | null;
  readonly sessionUid: string | null;
  readonly expiresSeconds: number;
}

const COLUMNS = 'jti, client_id, subject, grant_id, session_uid, extract(epoch from expires_at)::bigint as expires';

export class IssuedTokens {
  readonly #database: Database;
  readonly #revoked: RevokedTokens;

  constructor(database: Database, revoked: RevokedTokens) {
    this.#database = database;
    this.#revoked = revoked;
  }

  async add(token: IssuedToken): Promise<void> {
    await this.#database.run(
      'token_insert',
      'insert into issued_token (jti, client_id, subject, grant_id, session_uid, expires_at) values ($1, $2, $3, $4, $5, to_timestamp($6))',
      [token.jti, token.clientId, token.subject, token.grantId, token.sessionUid, token.expiresSeconds],
    );
  }

  /** The token while it is in force. */
  async find(jti: string): Promise<IssuedToken | undefined> {
    const { rows } = await this.#database.run(
      'token_find',
      `select ${COLUMNS} from issued_token where jti = $1 and expires_at > now()`,
      [jti],
    );
    return rows[0] && asToken(rows[0]);
  }

  async revoke(jti: string): Promise<void> {
    const { rows } = await this.#database.run('token_one', `select ${COLUMNS} from issued_token where jti = $1`, [jti]);
    await this.#end(rows);
  }

  async revokeGrant(grantId: string): Promise<void> {
    const { rows } = await this.#database.run('token_grant', `select ${COLUMNS} from issued_token where grant_id = $1`, [grantId]);
    await this.#end(rows);
  }

  /** What one client holds from one login. */
  async revokeSession(sessionUid: string, clientId: string): Promise<void> {
    const { rows } = await this.#database.run(
      'token_session',
      `select ${COLUMNS} from issued_token where session_uid = $1 and client_id = $2`,
      [sessionUid, clientId],
    );
    await this.#end(rows);
  }

  async #end(rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    const tokens = rows.map(asToken);
    this.#revoked.append(tokens);
    await this.#database.run('token_delete', 'delete from issued_token where jti = any($1)', [tokens.map((token) => token.jti)]);
  }
}

function asToken(row: Row): IssuedToken {
  return {
    jti: row['jti'] as string,
    clientId: row['client_id'] as string,
    subject: row['subject'] as string | null,
    grantId: row['grant_id'] as string | null,
    sessionUid: row['session_uid'] as string | null,
    expiresSeconds: Number(row['expires']),
  };
}
