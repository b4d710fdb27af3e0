// SPDX-License-Identifier: Apache-2.0
// Requests for signatures that wait for their signer. A request ends once: the update that finds it waiting decides.
import { toBase64url } from '@sigillo/standards/bytes';
import type { Powers } from '../powers.ts';
import type { Database, Row } from './database.ts';

export interface Approval {
  readonly id: string;
  readonly interaction: string;
  readonly subject: string;
  readonly clientId: string;
  readonly names: readonly string[];
  readonly state: 'waiting' | 'approved' | 'declined';
  readonly reason: string | null;
  readonly created: Date;
  readonly expires: Date;
}

export interface NewApproval {
  readonly interaction: string;
  readonly subject: string;
  readonly clientId: string;
  readonly names: readonly string[];
  readonly expiresSeconds: number;
}

/** What the signer's approval gives to the access token. */
export interface Activation {
  readonly credentialId: string;
  readonly handle: string;
}

const COLUMNS = 'id, interaction, subject, client_id, names, state, reason, created_at, expires_at';
const WAITING_MAX = 100;

export class Approvals {
  readonly #database: Database;
  readonly #powers: Powers;

  constructor(database: Database, powers: Powers) {
    this.#database = database;
    this.#powers = powers;
  }

  /** The approval of an interaction; made when the interaction is first seen. */
  async open(fresh: NewApproval): Promise<Approval> {
    await this.#database.run(
      'approval_insert',
      `insert into approval (id, interaction, subject, client_id, names, expires_at) values ($1, $2, $3, $4, $5, to_timestamp($6))
       on conflict (interaction) do nothing`,
      [toBase64url(this.#powers.random(16)), fresh.interaction, fresh.subject, fresh.clientId, fresh.names, fresh.expiresSeconds],
    );
    const approval = await this.ofInteraction(fresh.interaction);
    if (approval?.subject !== fresh.subject || approval.clientId !== fresh.clientId) throw new Error('approval of another request');
    return approval;
  }

  async ofInteraction(interaction: string): Promise<Approval | undefined> {
    const { rows } = await this.#database.run(
      'approval_interaction',
      `select ${COLUMNS} from approval where interaction = $1 and expires_at > now()`,
      [interaction],
    );
    return rows[0] && asApproval(rows[0]);
  }

  async waitingOf(subject: string): Promise<readonly Approval[]> {
    const { rows } = await this.#database.run(
      'approval_waiting',
      `select ${COLUMNS} from approval where subject = $1 and state = 'waiting' and expires_at > now()
       order by created_at desc limit ${WAITING_MAX}`,
      [subject],
    );
    return rows.map(asApproval);
  }

  async waiting(id: string, subject: string): Promise<Approval | undefined> {
    const { rows } = await this.#database.run(
      'approval_one',
      `select ${COLUMNS} from approval where id = $1 and subject = $2 and state = 'waiting' and expires_at > now()`,
      [id, subject],
    );
    return rows[0] && asApproval(rows[0]);
  }

  async addTicket(approvalId: string, ticketId: string): Promise<void> {
    await this.#database.run('ticket_insert', 'insert into ticket (id, approval) values ($1, $2)', [ticketId, approvalId]);
  }

  async hasTicket(approvalId: string, ticketId: string): Promise<boolean> {
    const { count } = await this.#database.run(
      'ticket_find',
      'select 1 from ticket where id = $1 and approval = $2',
      [ticketId, approvalId],
    );
    return count === 1;
  }

  /** True for the one caller who ended the wait. */
  async approve(id: string, activation: Activation, grantId: string): Promise<boolean> {
    const { count } = await this.#database.run(
      'approval_approve',
      `update approval set state = 'approved', credential_id = $2, handle = $3, grant_id = $4
       where id = $1 and state = 'waiting' and expires_at > now()`,
      [id, activation.credentialId, activation.handle, grantId],
    );
    return count === 1;
  }

  /** True for the one caller who ended the wait. */
  async decline(id: string, reason: string | null): Promise<boolean> {
    const { count } = await this.#database.run(
      'approval_decline',
      `update approval set state = 'declined', reason = $2 where id = $1 and state = 'waiting' and expires_at > now()`,
      [id, reason],
    );
    return count === 1;
  }

  async activationOf(grantId: string): Promise<Activation | undefined> {
    const { rows } = await this.#database.run(
      'approval_grant',
      `select credential_id, handle from approval where grant_id = $1 and state = 'approved'`,
      [grantId],
    );
    const row = rows[0];
    return row === undefined ? undefined : { credentialId: row['credential_id'] as string, handle: row['handle'] as string };
  }
}

function asApproval(row: Row): Approval {
  return {
    id: row['id'] as string,
    interaction: row['interaction'] as string,
    subject: row['subject'] as string,
    clientId: row['client_id'] as string,
    names: row['names'] as readonly string[],
    state: row['state'] as Approval['state'],
    reason: row['reason'] as string | null,
    created: row['created_at'] as Date,
    expires: row['expires_at'] as Date,
  };
}
