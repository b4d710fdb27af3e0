// SPDX-License-Identifier: Apache-2.0
// Signers, applications and attackers, and what each of them has in hand: intents, receipts, requests that were overheard.
import type { Request } from '@sigillo/doors/door';
import type { SamDoor } from '@sigillo/doors/sam';
import { challengePreimage, type IntentBody, intentBody, intentStatement, ITEMS_MAX, type OutcomeStatement, outcomeStatement, type ReceiptStatement, receiptStatement } from '@sigillo/doors/sap';
import { decode } from '@sigillo/doors/schema';
import { toHex } from '@sigillo/standards/bytes';
import type { AnswerChanges, Authenticator } from '../played/authenticator.ts';
import type { HeardCommand } from './actions/stopping.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import type { FoundingSigner } from './founding.ts';
import { sha256 } from './keys.ts';
import type { Network, Reply } from './network.ts';
import { type Client, CLIENTS, type ExecuteRequest, HASH_ALGORITHM, passkeyOf, SIGNATURE_ALGORITHM, ticketOf } from './people.ts';
import type { Schedule } from './schedule.ts';

export interface Person extends FoundingSigner {
  readonly passkey: Authenticator;
}

/** What a page knows of one intent. */
export interface KnownIntent {
  readonly person: Person;
  readonly client: Client;
  readonly ticket: string;
  readonly challenge: Uint8Array;
  /** With the list, also where the body has its root only. */
  readonly intent: IntentBody;
}

/** What an application knows of one approval. */
export interface KnownApproval extends KnownIntent {
  readonly handle: Uint8Array;
}

export interface ReleasedCall {
  readonly request: ExecuteRequest;
  readonly signatures: readonly Uint8Array[];
}

export interface PopulationParts {
  readonly schedule: Schedule;
  readonly faults: Faults;
  readonly network: Network;
  readonly signers: readonly FoundingSigner[];
}

export class Population {
  readonly schedule: Schedule;
  readonly faults: Faults;
  readonly network: Network;
  readonly people: Person[];
  readonly intents: KnownIntent[] = [];
  readonly approvals: KnownApproval[] = [];
  /** Authorise requests as they went over the wire. */
  readonly overheard: Request<SamDoor['authorise']>[] = [];
  readonly released: ReleasedCall[] = [];
  /** Commands of officers as they went over the wire. */
  readonly commands: HeardCommand[] = [];
  #tickets = 0;

  constructor({ schedule, faults, network, signers }: PopulationParts) {
    this.schedule = schedule;
    this.faults = faults;
    this.network = network;
    this.people = signers.map((signer) => {
      const passkey = passkeyOf(signer.name);
      passkey.userHandle = signer.signerId;
      return { ...signer, passkey };
    });
  }

  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.schedule.after(milliseconds, 'somebody waited', resolve));
  }

  /** Hashes of so many documents; some applications have the same one signed twice. */
  hashes(dice: Dice, count: number): Uint8Array[] {
    const hashes: Uint8Array[] = [];
    for (let i = 0; i < count; i++) hashes.push(i > 0 && dice.chance(0.2) ? hashes[0]! : dice.bytes(32));
    return hashes;
  }

  ticket(person: Person, client: Client, hashes: readonly Uint8Array[]): string {
    const { signerId, keyId } = person;
    return ticketOf({ id: `ticket-${++this.#tickets}`, signerId, keyId, client, hashes, nowMs: this.schedule.wall() });
  }

  async prepare(dice: Dice, person: Person, client: Client, ticket: string): Promise<KnownIntent | undefined> {
    const { details } = JSON.parse(Buffer.from(ticket.split('.')[1]!, 'base64url').toString()) as { details: { hashes: string[] } };
    const documents = details.hashes.map((hash) => ({ digest: sha256(Buffer.from(hash)), sizeBytes: 1000 }));
    const reply = await this.network.ask('prepare', { ticket, documents, language: 'ja', pageNonce: dice.bytes(32) });
    if (reply.kind !== 'answer') return undefined;
    const { body, items } = decode(intentStatement, reply.answer.statement);
    const intent = decode(intentBody, body);
    const known = { person, client, ticket, challenge: sha256(challengePreimage('sign', body)), intent: { ...intent, items: items ?? intent.items } };
    this.intents.push(known);
    return known;
  }

  /** The signer presses: the passkey answers once, and the page carries it. */
  press(dice: Dice, known: KnownIntent): Promise<Reply<unknown>> {
    const { person, challenge } = known;
    if (person.counts) person.passkey.signCount += 1;
    return this.authorise(dice, known, person.passkey, challenge, true);
  }

  async authorise(dice: Dice, known: KnownIntent, by: Authenticator, over: Uint8Array, genuine: boolean, changes: AnswerChanges = {}): Promise<Reply<unknown>> {
    const request = { challenge: known.challenge, assertion: by.get(over, changes), sealed: null, pageNonce: dice.bytes(32) };
    if (genuine) this.overheard.push(request);
    const reply = await this.network.ask('authorise', request, genuine);
    if (reply.kind === 'answer') this.#approved(known, decode(receiptStatement, reply.answer.statement));
    return reply;
  }

  async outcome(dice: Dice, known: KnownIntent): Promise<OutcomeStatement | undefined> {
    const reply = await this.network.ask('outcome', { challenge: known.challenge, pageNonce: dice.bytes(32) });
    if (reply.kind !== 'answer') return undefined;
    const said = decode(outcomeStatement, reply.answer.statement);
    if (said.receipt !== null) this.#approved(known, decode(receiptStatement, said.receipt.statement));
    return said;
  }

  approvalOf(known: KnownIntent): KnownApproval | undefined {
    return this.approvals.find(({ challenge }) => challenge === known.challenge);
  }

  #approved(known: KnownIntent, { handle }: ReceiptStatement): void {
    if (this.approvalOf(known) === undefined) this.approvals.push({ ...known, handle });
  }

  executeRequest({ handle, person, client }: KnownApproval, dtbsrs: readonly Uint8Array[]): ExecuteRequest {
    return {
      handle,
      keyId: person.keyId,
      hashAlgorithm: HASH_ALGORITHM,
      signatureAlgorithm: SIGNATURE_ALGORITHM,
      signatureParameters: null,
      dtbsrs,
      clientId: client.clientId,
      clientKeyThumbprint: client.thumbprint,
    };
  }

  async execute(request: ExecuteRequest): Promise<Reply<unknown>> {
    const reply = await this.network.ask('execute', request);
    if (reply.kind !== 'answer') return reply;
    this.released.push({ request, signatures: reply.answer.signatures });
    if (request.dtbsrs.length > ITEMS_MAX) this.faults.count('long_list_signed');
    return reply;
  }

  client(dice: Dice, not?: Client): Client {
    return dice.pick(CLIENTS.filter((client) => client !== not))!;
  }
}

/** A name for an approval or an intent in the trace. */
export function nameOf(bytes: Uint8Array): string {
  return toHex(bytes).slice(0, 8);
}
