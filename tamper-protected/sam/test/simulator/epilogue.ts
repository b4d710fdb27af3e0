// SPDX-License-Identifier: Apache-2.0
// The end of every run: nothing goes wrong any more. What is asked is answered, the SAM starts once more and serves, and everything that was
// acknowledged is still there (I10, I11); no secret and no name is where it must not be (I12).
import { decode } from '@sigillo/doors/schema';
import { historyStatement, outcomeStatement } from '@sigillo/doors/sap';
import { fromHex, sameBytes, toHex } from '@sigillo/standards/bytes';
import { sameList } from './actions/attacking.ts';
import type { Machines } from './actions/disturbing.ts';
import { signUp } from './actions/enrolling.ts';
import type { Dice } from './dice.ts';
import { SURNAME } from './founding.ts';
import { JOURNAL_FOLDER } from './house.ts';
import type { Network, Reply } from './network.ts';
import { CLIENTS, DOCUMENT_NAME } from './people.ts';
import type { Person, Population } from './population.ts';
import { until } from './until.ts';
import { holds } from './violation.ts';
import { callOf } from './witness/operations.ts';
import type { Witness } from './witness/witness.ts';

const ANSWERED_MS = 120_000;
const REPEATED_SECONDS = 595;
/** A row that somebody changed is refused once; so many rows can be in the way of one call. */
const TRIES = 16;

export interface EpilogueParts {
  readonly machines: Machines;
  readonly population: Population;
  readonly witness: Witness;
  readonly network: Network;
  readonly dice: Dice;
  readonly secrets: () => readonly Uint8Array[];
  /** All that the SAM ever answered. */
  readonly answers: readonly Uint8Array[];
  readonly step: () => Promise<void>;
}

export class Epilogue {
  readonly #parts: EpilogueParts;

  constructor(parts: EpilogueParts) {
    this.#parts = parts;
  }

  async play(): Promise<void> {
    await this.#askOfDamaged();
    this.#calm();
    await this.#allAnswered();
    await this.#startAgain();
    await this.#nothingForgotten();
    await this.#serves();
    this.#nothingTold();
  }

  /** What stands in a damaged file is refused; whatever is told is right (that is the witness's to say). */
  async #askOfDamaged(): Promise<void> {
    const { population, network, machines, dice, step } = this.#parts;
    const { house, schedule } = machines;
    for (const limit = schedule.now + ANSWERED_MS; house.isDamagedUnseen && !house.serves && schedule.now < limit;) await step();
    if (!house.isDamagedUnseen) return;
    for (const { signerId } of population.people) await this.#until(network.ask('history', { signerId, before: null, pageNonce: dice.bytes(32) }));
    for (const { request } of population.released) await this.#until(network.ask('execute', request));
  }

  #calm(): void {
    const { faults, disk, database, module, house, schedule } = this.#parts.machines;
    faults.quiet = true;
    disk.full = false;
    disk.freeBytes = 2 ** 34;
    database.away = false;
    for (const process of module.processes) process.start();
    house.repairCopy();
    // Nobody changes files of a SAM that runs: it would go on with those that it has open.
    if (house.isDamagedUnseen) house.crash(true);
    house.repairJournal();
    schedule.say('everything is well again');
  }

  async #allAnswered(): Promise<void> {
    const { machines, network, step } = this.#parts;
    const { schedule, house } = machines;
    const limit = schedule.now + ANSWERED_MS;
    while (!house.serves || network.open.size > 0) {
      await step();
      const [first] = network.open;
      holds('I11', schedule.now < limit, first === undefined ? `the SAM does not start: ${house.refusal}` : `${first.name} is never answered`);
    }
  }

  async #startAgain(): Promise<void> {
    const { machines, dice, step } = this.#parts;
    const { house, schedule } = machines;
    const before = house.lives;
    // Where the clock was set back behind approvals that are forgotten, nobody signs before it is past them again.
    schedule.wallOffsetMs += Math.max(0, house.forgottenUntilMs - schedule.wall());
    if (dice.chance(0.3)) house.stop();
    else house.crash(dice.chance(0.5));
    const limit = schedule.now + ANSWERED_MS;
    while (!house.serves || house.lives === before) {
      await step();
      holds('I11', house.refusal === undefined && schedule.now < limit, `the SAM does not start although all is well: ${house.refusal}`);
    }
  }

  async #nothingForgotten(): Promise<void> {
    const { population, witness, network, machines, dice } = this.#parts;
    for (const { keyId, signerId } of population.people) {
      const { credential } = await this.#answer(() => network.ask('credential', { keyId }));
      const { stopped, revoked } = witness.operations;
      const key = toHex(keyId);
      if (stopped.has(key)) holds('I10', credential?.state === 'suspended' || credential?.state === 'revoked', 'a stop that was acknowledged is forgotten');
      if (revoked.has(key)) holds('I10', credential?.state === 'revoked', 'a key that was revoked is something else');
      const signed = await this.#answer(() => network.ask('history', { signerId, before: null, pageNonce: dice.bytes(32) }));
      const { lastNumber } = decode(historyStatement, signed.statement);
      holds('I10', lastNumber === witness.counters.entriesOf(signerId).length, 'a history has another length than the journal');
    }
    for (const [enrolment] of witness.enrolments.told) {
      const signed = await this.#answer(() => network.ask('enrolOutcome', { enrolmentHash: fromHex(enrolment), pageNonce: dice.bytes(32) }));
      witness.enrolments.requireKept(enrolment, decode(outcomeStatement, signed.statement).state);
    }
    for (const { request, signatures } of population.released) {
      const operation = witness.operations.byHandle.get(toHex(request.handle))!;
      // Of this call: while others of the operation are remembered, one that is over for ten minutes may be forgotten.
      const record = witness.journal.records[operation.released.get(callOf(request.dtbsrs))!.record - 1]!;
      // A wall clock that stood still, or was ahead and is back, does not bring back what an earlier life forgot.
      const latest = machines.schedule.latestTo(record.at, witness.seenAtMs.get(record.number)!);
      if (latest - record.at > REPEATED_SECONDS * 1000) continue;
      const again = await this.#answer(() => network.ask('execute', request));
      holds('I10', sameList(again.signatures, signatures), 'a call that was answered is answered with other signatures');
    }
  }

  /** Somebody whose key is not stopped signs; it matters to nobody whether the process of the module that has other keys is there. */
  async #serves(): Promise<void> {
    const { population, machines, dice } = this.#parts;
    for (let tries = 0; tries < TRIES && population.people.length === 0; tries++) await this.#until(signUp(population, dice));
    holds('I11', population.people.length > 0, 'nobody can sign up although all is well');
    const person = population.people.find((one) => this.#maySign(one));
    if (person === undefined) return;
    const { module } = machines;
    if (dice.chance(0.5)) for (const [i, process] of module.processes.entries()) if (i !== module.processOf(person.keyId)) process.end();
    const client = CLIENTS[0]!;
    const hashes = [dice.bytes(32), dice.bytes(32)];
    const ticket = population.ticket(person, client, hashes);
    for (let tries = 0; tries < TRIES; tries++) {
      const known = await this.#until(population.prepare(dice, person, client, ticket));
      if (known === undefined) continue;
      await this.#answer(() => population.press(dice, known));
      const approval = population.approvalOf(known);
      holds('I11', approval !== undefined, 'nobody can approve although all is well');
      const answer = await this.#answer(() => population.execute(population.executeRequest(approval, hashes)));
      holds('I11', answer !== undefined, 'nobody can sign although all is well');
      return;
    }
    holds('I11', false, 'nobody can prepare although all is well');
  }

  #maySign({ keyId, signerId }: Person): boolean {
    return !this.#parts.witness.journal.records.some(
      (record) =>
        ((record.event === 'frozen' || record.event === 'revoked') && sameBytes(record.keyId!, keyId)) || (record.event === 'passkey_suspended' && sameBytes(record.signerId!, signerId)),
    );
  }

  /** I12: no secret in answers, logs, database or journal; no name in clear but in answers. */
  #nothingTold(): void {
    const { machines, population, secrets, answers } = this.#parts;
    const { rows, subjectKeys, copy } = machines.database.tables;
    const stored = [
      ...machines.house.logLines.map((line) => Buffer.from(line)),
      ...[...rows.values()].map(({ body }) => body),
      ...subjectKeys.values(),
      ...[...copy.values()].map(({ body }) => body),
      ...machines.disk.contents(JOURNAL_FOLDER, 'journal-'),
    ];
    const names = [SURNAME, DOCUMENT_NAME].map((name) => Buffer.from(name));
    const all = Buffer.concat(stored);
    for (const name of names) holds('I12', !all.includes(name), 'a name stands in clear where it must not');
    const told = Buffer.concat([all, ...answers]);
    const wrapped = population.people.map(({ keyId }) => machines.module.token.wrappedOf(keyId));
    for (const secret of [...secrets(), ...wrapped]) {
      holds('I12', !told.includes(secret), 'a secret left the SAM');
      holds('I12', !told.includes(toHex(secret)), 'a secret left the SAM in hexadecimal');
    }
  }

  async #answer<A>(ask: () => Promise<Reply<A>>): Promise<A> {
    let last = '';
    for (let tries = 0; tries < TRIES; tries++) {
      const reply = await this.#until(ask());
      if (reply.kind === 'answer') return reply.answer;
      last = reply.kind === 'refused' ? reply.code : 'no answer';
      holds('I11', last.startsWith('row_'), `all is well, and the SAM refuses: ${last}`);
    }
    throw new Error(`a row that was put back is refused again and again: ${last}`);
  }

  #until<T>(work: Promise<T>): Promise<T> {
    return until(work, this.#parts.step);
  }
}
