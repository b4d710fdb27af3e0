// SPDX-License-Identifier: Apache-2.0
// Secrets that are good for one use: whoever deletes the row has used it, so two who come at once cannot both succeed. The row holds the
// hash.
import { toBase64url, utf8 } from '@sigillo/standards/bytes';
import { sha256 } from '@sigillo/wire';
import type { Powers } from '../powers.ts';
import type { Database } from './database.ts';

export type PageCodePurpose = 'login' | 'approve' | 'done';

export interface PageCode {
  readonly interaction: string;
  readonly signerId: string | null;
}

export interface LoginAttempt {
  readonly interaction: string;
  readonly nonce: string;
}

const CODE_SECONDS = 60;
const LOGIN_SECONDS = 600;

export class OneTimeSecrets {
  readonly #database: Database;
  readonly #powers: Powers;

  constructor(database: Database, powers: Powers) {
    this.#database = database;
    this.#powers = powers;
  }

  async issueCode(purpose: PageCodePurpose, interaction: string, signerId: string | null = null): Promise<string> {
    const code = toBase64url(this.#powers.random(32));
    await this.#database.run(
      'code_insert',
      `insert into page_code (hash, purpose, interaction, signer_id, expires_at)
       values ($1, $2, $3, $4, now() + make_interval(secs => $5))`,
      [sha256(utf8(code)), purpose, interaction, signerId, CODE_SECONDS],
    );
    return code;
  }

  /** `interaction` binds the use to where the code must come back. */
  async takeCode(purpose: PageCodePurpose, code: string, interaction?: string): Promise<PageCode | undefined> {
    const { rows } = await this.#database.run(
      'code_take',
      `delete from page_code where hash = $1 and purpose = $2 and expires_at > now() and ($3::text is null or interaction = $3)
       returning interaction, signer_id`,
      [sha256(utf8(code)), purpose, interaction ?? null],
    );
    const row = rows[0];
    return row === undefined ? undefined : { interaction: row['interaction'] as string, signerId: row['signer_id'] as string | null };
  }

  async beginLogin(interaction: string): Promise<{ readonly session: string; readonly nonce: string }> {
    const session = toBase64url(this.#powers.random(32));
    const nonce = toBase64url(this.#powers.random(32));
    await this.#database.run(
      'login_insert',
      'insert into login_attempt (hash, interaction, nonce, expires_at) values ($1, $2, $3, now() + make_interval(secs => $4))',
      [sha256(utf8(session)), interaction, nonce, LOGIN_SECONDS],
    );
    return { session, nonce };
  }

  async takeLogin(session: string): Promise<LoginAttempt | undefined> {
    const { rows } = await this.#database.run(
      'login_take',
      'delete from login_attempt where hash = $1 and expires_at > now() returning interaction, nonce',
      [sha256(utf8(session))],
    );
    const row = rows[0];
    return row === undefined ? undefined : { interaction: row['interaction'] as string, nonce: row['nonce'] as string };
  }
}
