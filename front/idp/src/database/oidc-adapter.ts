// SPDX-License-Identifier: Apache-2.0
// Storage of oidc-provider. Three things here are security, not storage: what has expired is not found; `consume` is decided by one
// update, so of several who redeem a code at once one succeeds; and "never seen before" (proofs, assertions) is decided by the insert,
// because the library looks first and saves after. Ids of codes, tokens and sessions are stored as hashes: a copy of the database redeems
// nothing.
import { errors, type Adapter, type AdapterPayload } from 'oidc-provider';
import { utf8 } from '@sigillo/standards/bytes';
import { sha256 } from '@sigillo/wire';
import { isFirstUse } from './checks/first-use.ts';
import type { Database } from './database.ts';
import type { IssuedTokens } from './issued-tokens.ts';

/** A pushed request is consumed when its interaction ends, which may be an hour after it could last be started. */
const PUSHED_REQUEST_KEPT_SECONDS = 7200;

export function oidcAdapter(database: Database, tokens: IssuedTokens): (model: string) => Adapter {
  return (model) => new PostgresAdapter(database, tokens, model);
}

class PostgresAdapter implements Adapter {
  readonly #database: Database;
  readonly #tokens: IssuedTokens;
  readonly #model: string;

  constructor(database: Database, tokens: IssuedTokens, model: string) {
    this.#database = database;
    this.#tokens = tokens;
    this.#model = model;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const seconds = this.#model === 'PushedAuthorizationRequest' ? PUSHED_REQUEST_KEPT_SECONDS : expiresIn;
    const values = [this.#model, hashed(id), withoutSecrets(payload), payload.grantId ?? null, payload.uid ?? null, seconds];
    if (this.#model === 'ReplayDetection') return this.#insertNew(values);
    await this.#database.run(
      'oidc_upsert',
      `${INSERT} on conflict (model, id) do update
       set payload = excluded.payload, grant_id = excluded.grant_id, uid = excluded.uid, expires_at = excluded.expires_at`,
      values,
    );
  }

  async #insertNew(values: readonly unknown[]): Promise<void> {
    const { count } = await this.#database.run(
      'oidc_insert_new',
      `${INSERT} on conflict (model, id) do update set expires_at = excluded.expires_at where oidc.expires_at <= now()`,
      values,
    );
    if (!isFirstUse(count)) throw new errors.InvalidRequest('the proof or assertion was already used');
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const { rows } = await this.#database.run(
      'oidc_find',
      `${SELECT} model = $1 and id = $2 and expires_at > now()`,
      [this.#model, hashed(id)],
    );
    const row = rows[0];
    return row === undefined ? undefined : { ...payloadOf(row), jti: id };
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const { rows } = await this.#database.run(
      'oidc_find_uid',
      `${SELECT} model = $1 and uid = $2 and expires_at > now() limit 1`,
      [this.#model, uid],
    );
    const row = rows[0];
    return row === undefined ? undefined : payloadOf(row);
  }

  findByUserCode(): Promise<undefined> {
    return Promise.reject(new Error('there is no device flow'));
  }

  async consume(id: string): Promise<void> {
    const row = [this.#model, hashed(id)];
    const { count } = await this.#database.run(
      'oidc_consume',
      'update oidc set consumed_at = now() where model = $1 and id = $2 and consumed_at is null',
      row,
    );
    if (isFirstUse(count)) return;
    if (this.#model === 'PushedAuthorizationRequest') throw new errors.InvalidRequestUri('the request was already used');
    const { rows } = await this.#database.run('oidc_consumed_grant', 'select grant_id from oidc where model = $1 and id = $2', row);
    const grantId = rows[0]?.['grant_id'];
    if (typeof grantId === 'string') await this.revokeByGrantId(grantId);
    throw new errors.InvalidGrant({ detail: 'redeemed twice at once' });
  }

  async destroy(id: string): Promise<void> {
    await this.#database.run('oidc_destroy', 'delete from oidc where model = $1 and id = $2', [this.#model, hashed(id)]);
  }

  /** The grant first: a token that is being made looks for it after it has been listed, so it is either listed here or refused there. */
  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#database.run('oidc_revoke_grant', `delete from oidc where model = 'Grant' and id = $1`, [hashed(grantId)]);
    await this.#tokens.revokeGrant(grantId);
    await this.#database.run('oidc_revoke', 'delete from oidc where grant_id = $1', [grantId]);
  }
}

const INSERT =
  'insert into oidc (model, id, payload, grant_id, uid, expires_at) values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))';
const SELECT = 'select payload, extract(epoch from consumed_at)::bigint as consumed from oidc where';

function hashed(id: string): Uint8Array {
  return sha256(utf8(id));
}

/** The id itself and, in an interaction, the cookie of its session. */
function withoutSecrets(payload: AdapterPayload): Readonly<Record<string, unknown>> {
  const { jti: _id, session, ...kept } = payload as AdapterPayload & { session?: Readonly<Record<string, unknown>> };
  if (session === undefined) return kept;
  const { cookie: _cookie, ...sessionKept } = session;
  return { ...kept, session: sessionKept };
}

function payloadOf(row: Readonly<Record<string, unknown>>): AdapterPayload {
  const consumed = row['consumed'];
  return { ...(row['payload'] as AdapterPayload), ...(consumed === null ? {} : { consumed: Number(consumed) }) };
}
