// SPDX-License-Identifier: Apache-2.0
// The honest steps before an attack, and the ways in which a hostile courier goes on from there.
import { randomBytes } from 'node:crypto';
import { receiptStatement, type ReceiptStatement } from '@sigillo/doors/sap';
import type { Assertion } from '@sigillo/standards/webauthn';
import { changeRow } from '../../src/records/change-row.ts';
import type { TableName } from '../../src/records/tables.ts';
import type { AnswerChanges } from '../played/authenticator.ts';
import { documents, type Intent, readStatement, type Signer } from '../played/signer.ts';
import type { World } from '../played/world.ts';

export interface Approved {
  readonly intent: Intent;
  readonly receipt: ReceiptStatement;
  readonly hashes: readonly Uint8Array[];
}

/** So many documents, approved by the signer. */
export async function approved(signer: Signer, count: number = 1): Promise<Approved> {
  const { hashes } = documents(count);
  const intent = await signer.prepare(hashes);
  return { intent, receipt: await signer.authorise(intent), hashes };
}

/** The answer as somebody on the way made it, and a signature for it. */
export async function useAnswer(
  signer: Signer,
  intent: Intent,
  assertion: Assertion,
  sealed: Uint8Array | null = null,
): Promise<readonly Uint8Array[]> {
  const pageNonce = randomBytes(32);
  const answer = await signer.world.ask('authorise', { challenge: intent.challenge, assertion, sealed, pageNonce });
  const receipt = readStatement(signer.world, 'receipt', receiptStatement, answer, pageNonce);
  return signer.execute(receipt, hashesOf(intent));
}

/** As `useAnswer`, with an answer that the authenticator itself made so. */
export async function useWrongly(signer: Signer, changes: AnswerChanges): Promise<readonly Uint8Array[]> {
  const intent = await signer.prepare(documents(1).hashes);
  return signer.execute(await signer.authorise(intent, changes), hashesOf(intent));
}

export function hashesOf({ items }: Pick<Intent, 'items'>): readonly Uint8Array[] {
  return items.map(({ dtbsr }) => dtbsr);
}

/** A row with other columns, as a command would leave it that does not exist yet: an officer who was removed, a key that was put right. */
export async function changed({ sam: { state } }: World, table: TableName, id: Uint8Array, columns: object): Promise<void> {
  const row = state.rows.readForLocking(table, id)!;
  const rows = [changeRow(state, table, id, state.index.version(table, id), { ...row, ...columns })];
  await state.journal.append({ event: 'refused', rows }).durable;
}
