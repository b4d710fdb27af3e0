// SPDX-License-Identifier: Apache-2.0
// Officers who stop a key, as their program acts for them.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  type Approval,
  officerChallengePreimage,
  outcomeStatement,
  type OutcomeStatement,
  stopBody,
  type StopBody,
  type StopCommand,
  stopStatement,
  type StopStatement,
} from '@sigillo/doors/sap';
import { decode } from '@sigillo/doors/schema';
import { readStatement } from './signer.ts';
import { type Officer, sha256, type World } from './world.ts';

export interface Command {
  readonly statement: StopStatement;
  readonly body: StopBody;
}

/** The command as the SAM makes it. */
export async function begunStop(world: World, keyId: Uint8Array, command: StopCommand): Promise<Command> {
  const pageNonce = randomBytes(32);
  const answer = await world.ask('officerStopBegin', { keyId, command, reason: 'keyCompromise', pageNonce });
  const statement = readStatement(world, 'stop', stopStatement, answer, pageNonce);
  const body = decode(stopBody, statement.body);
  assert.deepEqual([body.operation, Buffer.from(body.keyId), body.reason], [command, Buffer.from(keyId), 'keyCompromise']);
  return { statement, body };
}

/** What an officer signs of a command. */
export function signedBy(officer: Officer, operation: StopCommand, body: Uint8Array): Approval {
  const assertion = officer.authenticator.get(sha256(officerChallengePreimage(operation, body, officer.officerId)));
  return { officerId: officer.officerId, assertion };
}

export async function sendStop(world: World, body: Uint8Array, approvals: readonly Approval[]): Promise<OutcomeStatement> {
  const pageNonce = randomBytes(32);
  return readStatement(world, 'outcome', outcomeStatement, await world.ask('officerStop', { body, approvals, pageNonce }), pageNonce);
}

/** The whole way. */
export async function officersStop(
  world: World,
  keyId: Uint8Array,
  command: StopCommand,
  officers: readonly Officer[],
): Promise<OutcomeStatement> {
  const { body } = (await begunStop(world, keyId, command)).statement;
  return sendStop(world, body, officers.map((officer) => signedBy(officer, command, body)));
}
