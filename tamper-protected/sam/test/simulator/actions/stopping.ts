// SPDX-License-Identifier: Apache-2.0
// Officers stop a key, while somebody has it sign if there is a chance. Some commands are signed by too few, by one officer twice, or were meant
// for something else; some are brought once more by whoever overheard them. What is revoked is carried to the CA.
import type { Request } from '@sigillo/doors/door';
import type { SamDoor } from '@sigillo/doors/sam';
import { type Approval, officerChallengePreimage, revocationStatement, type StopCommand, stopStatement } from '@sigillo/doors/sap';
import { decode } from '@sigillo/doors/schema';
import type { Dice } from '../dice.ts';
import { sha256 } from '../keys.ts';
import { type Officer, OFFICERS, statusOf } from '../people.ts';
import type { Person, Population } from '../population.ts';
import type { Machines } from './disturbing.ts';

const NEEDED: Readonly<Record<StopCommand, number>> = { suspend: 1, revoke: 2 };

/** What reaches the SAM of a command, and whether the officers meant it so. */
export interface HeardCommand {
  readonly request: Request<SamDoor['officerStop']>;
  readonly genuine: boolean;
}

export async function officersStop(population: Population, dice: Dice, machines: Machines): Promise<void> {
  const { faults } = machines;
  const approval = dice.chance(0.7) ? dice.pick(population.approvals) : undefined;
  const person = approval?.person ?? dice.pick(population.people);
  if (person === undefined) return;
  const command = dice.one('suspend', 'revoke');
  const body = await begun(population, dice, person, command);
  if (body === undefined) return;
  const heard = dice.chance(0.3) ? await meantOtherwise(population, dice, person, command, body) : rightly(dice, command, body);
  population.commands.push(heard);
  const using = approval === undefined ? undefined : population.execute(population.executeRequest(approval, approval.intent.items.map(({ dtbsr }) => dtbsr)));
  await population.pause(dice.skewed(0.1, 30));
  const reply = await send(population, heard);
  if (reply.kind === 'lost') await send(population, heard);
  if (reply.kind === 'answer') faults.count(command === 'suspend' ? 'officer_suspended' : 'officers_revoked');
  if (reply.kind === 'refused' && !heard.genuine) faults.count('command_refused');
  await using;
  if (dice.chance(0.5)) await carryRevocations(population, dice, machines);
}

/** A command once more, as it was overheard. */
export async function bringCommandAgain(population: Population, dice: Dice): Promise<void> {
  const heard = dice.pick(population.commands);
  if (heard !== undefined) await send(population, heard);
}

/** The courier takes what is open to the CA, and its word back; or a word that the CA did not say, or not yet. */
export async function carryRevocations({ network }: Population, dice: Dice, { faults }: Machines): Promise<void> {
  const reply = await network.ask('revocations', {});
  if (reply.kind !== 'answer') return;
  for (const { statement } of reply.answer.revocations) {
    const { keyId, orderId, revokedAt } = decode(revocationStatement, statement);
    const shown = await network.ask('credential', { keyId });
    if (shown.kind !== 'answer' || shown.answer.credential === null) continue;
    const genuine = dice.chance(0.6);
    const revoked = { status: 'revoked', revokedAtMs: revokedAt * 1000, reason: 'unspecified' } as const;
    const status = genuine || dice.chance(0.5) ? revoked : ({ status: 'good' } as const);
    const response = statusOf(shown.answer.credential.chain[0]!, status, !genuine && status === revoked);
    const told = await network.ask('certificateRevoked', { orderId, response }, genuine);
    if (told.kind === 'answer') faults.count('certificate_revoked');
  }
}

function send({ network }: Population, { request, genuine }: HeardCommand): ReturnType<typeof network.ask<'officerStop'>> {
  return network.ask('officerStop', request, genuine);
}

async function begun({ network }: Population, dice: Dice, { keyId }: Person, command: StopCommand): Promise<Uint8Array | undefined> {
  const reply = await network.ask('officerStopBegin', { keyId, command, reason: 'unspecified', pageNonce: dice.bytes(32) });
  return reply.kind === 'answer' ? decode(stopStatement, reply.answer.statement).body : undefined;
}

function rightly(dice: Dice, command: StopCommand, body: Uint8Array): HeardCommand {
  const officers = dice.shuffled(OFFICERS).slice(0, dice.between(NEEDED[command], OFFICERS.length));
  return { request: requestOf(dice, body, officers.map((officer) => signed(officer, command, body))), genuine: true };
}

async function meantOtherwise(population: Population, dice: Dice, person: Person, command: StopCommand, body: Uint8Array): Promise<HeardCommand> {
  const [one, two] = dice.shuffled(OFFICERS) as [Officer, Officer];
  const other = dice.pick(population.people.filter((somebody) => somebody !== person));
  const foreign = other === undefined ? undefined : await begun(population, dice, other, command);
  const approvals = dice.one(
    [one].slice(0, NEEDED[command] - 1).map((officer) => signed(officer, command, body)),
    [one, one].map((officer) => signed(officer, command, body)),
    [one, two].map((officer) => signed(officer, command === 'suspend' ? 'revoke' : 'suspend', body)),
    [one, two].map((officer) => signed(officer, command, foreign ?? dice.bytes(100))),
  );
  return { request: requestOf(dice, body, approvals), genuine: false };
}

function signed({ officerId, authenticator }: Officer, command: StopCommand, body: Uint8Array): Approval {
  return { officerId, assertion: authenticator.get(sha256(officerChallengePreimage(command, body, officerId))) };
}

function requestOf(dice: Dice, body: Uint8Array, approvals: readonly Approval[]): Request<SamDoor['officerStop']> {
  return { body, approvals, pageNonce: dice.bytes(32) };
}
