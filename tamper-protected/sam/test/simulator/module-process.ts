// SPDX-License-Identifier: Apache-2.0
// One process of the crypto module. It checks tickets as the real one does, but for one thing: it signs as often as it is asked, so that
// whoever asks twice is found out. It ends, loses, is late and starts again by itself, whatever the other process does.
import { cryptoModuleDoor, type CryptoModuleDoor, CERTIFICATION_TICKET_TAG, certificationTicketBody, EPOCH_TICKET_TAG, epochTicketBody, TICKET_TAG, ticketBody, type TicketBody } from '@sigillo/doors/crypto-module';
import type { Answer, Request } from '@sigillo/doors/door';
import { decode, encode, type Schema } from '@sigillo/doors/schema';
import { sameBytes } from '@sigillo/standards/bytes';
import { assembleCertificationRequest, buildCertificationRequestInfo } from '@sigillo/standards/x509';
import { LinkError } from '@sigillo/wire';
import type { CryptoModulePort } from '../../src/crypto-module.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import { hmac } from './keys.ts';
import type { Life, Schedule } from './schedule.ts';
import type { SimulatedToken } from './token.ts';

export type Wanted = Pick<TicketBody, 'operation' | 'index' | 'keyId' | 'digest' | 'epoch'>;

export interface ProcessEvents {
  /** The SAM has to do with a key at this process. */
  used(keyId: Uint8Array): void;
  /** The SAM asks for signatures: this is the moment that counts. */
  asked(wanted: readonly Wanted[], life: Life): void;
  /** They are made now. */
  made(wanted: readonly Wanted[], life: Life): void;
  /** The SAM that asked hears of it, or never will. */
  ended(wanted: readonly Wanted[], life: Life): void;
}

export interface ProcessParts {
  readonly schedule: Schedule;
  readonly faults: Faults;
  readonly dice: Dice;
  readonly events: ProcessEvents;
  /** For how long the driver works on a signature, at most; 0 where it signs at once. */
  readonly workMs: number;
}

/** A request of the SAM, from when it is sent until it is answered. */
interface Call {
  readonly name: Name;
  readonly request: unknown;
  readonly wanted: readonly Wanted[];
  readonly life: Life;
  readonly boot: number;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (cause: Error) => void;
}

type Name = keyof CryptoModuleDoor;
type Ticket = Request<CryptoModuleDoor['sign']>['tickets'][number];

/** So late a request of a SAM that has ended may be read: a module that stood still, a full queue. */
const OUTLIVES_MS = 20_000;
const ALGORITHM = { scheme: 'ecdsa', hash: 'sha256' } as const;

export class ModuleProcess {
  readonly #name: string;
  readonly #token: SimulatedToken;
  readonly #parts: ProcessParts;
  #bootNonce: Uint8Array;
  #boots = 1;
  #epoch = 0;
  /** Calls that are on their way here. */
  readonly #coming = new Set<Call>();
  /** How many signatures the driver works on, and who waits until it is none. */
  #working = 0;
  #idle: Call[] = [];
  /** It has ended, and nobody started it yet. */
  away = false;

  constructor(name: string, token: SimulatedToken, parts: ProcessParts) {
    this.#name = name;
    this.#token = token;
    this.#parts = parts;
    this.#bootNonce = parts.dice.bytes(16);
  }

  /** It is gone, with all that it had in hand. */
  end(): void {
    this.away = true;
    this.#boots += 1;
    this.#working = 0;
    const { schedule } = this.#parts;
    for (const call of this.#idle.splice(0)) schedule.soon(`module ${this.#name}: gone`, () => this.#fails(call, 'unknown', 'connection_lost'), call.life);
  }

  hasCallsToSign(): boolean {
    return [...this.#coming].some(({ name }) => name === 'sign');
  }

  /** A SAM has ended. What it sent may be here all the same, and is read whenever its turn comes. */
  callerEnded(life: Life): void {
    const { faults, schedule, dice, events } = this.#parts;
    for (const call of [...this.#coming].filter((one) => one.life === life)) {
      this.#coming.delete(call);
      events.ended(call.wanted, life);
      if (!faults.strikes('call_outlives_caller', 0.7)) continue;
      const late = dice.skewed(1, OUTLIVES_MS);
      schedule.after(late, `module ${this.#name}: ${call.name}, of a SAM that has ended`, () => this.#takeIn(call));
    }
  }

  start(): void {
    if (!this.away) return;
    this.away = false;
    this.#bootNonce = this.#parts.dice.bytes(16);
    this.#epoch = 0;
  }

  forLife(life: Life): CryptoModulePort {
    return {
      call: (name, request) => this.#call(name, request, life),
      close: () => undefined,
    };
  }

  #call<N extends Name>(name: N, request: Request<CryptoModuleDoor[N]>, life: Life): Promise<Answer<CryptoModuleDoor[N]>> {
    const { faults, schedule, events } = this.#parts;
    const boot = this.#boots;
    return new Promise((resolve, reject) => {
      const mostMs = faults.strikes('module_slow', 0.03) ? 20_000 : 4;
      const reached = !faults.strikes('module_not_reached', 0.01) && !this.away;
      const wanted = name === 'sign' && reached ? this.#wanted(request as Request<CryptoModuleDoor['sign']>) : [];
      for (const keyId of this.#keysIn(name, request)) events.used(keyId);
      if (wanted.length > 0) events.asked(wanted, life);
      const call: Call = { name, request, wanted, life, boot, resolve: resolve as Call['resolve'], reject };
      if (reached) this.#coming.add(call);
      schedule.soon(`module ${this.#name}: ${name}`, () => (reached ? this.#takeIn(call) : this.#fails(call, 'not_sent', 'not_connected')), life, mostMs);
    });
  }

  #takeIn(call: Call): void {
    const { faults } = this.#parts;
    this.#coming.delete(call);
    // A module that ended meanwhile answers nothing; nobody can tell what it had done.
    if (call.boot !== this.#boots) return this.#fails(call, 'unknown', 'connection_lost');
    if (faults.strikes('module_failed_before', 0.008)) return this.#fails(call, 'unknown', 'connection_lost');
    try {
      if (call.name === 'sign') this.#signSoon(call);
      else if (call.name === 'enterEpoch') this.#enterEpoch(call);
      else this.#answers(call, this.#act(call.name, call.request));
    } catch (cause) {
      if (!(cause instanceof LinkError)) throw cause;
      this.#fails(call, cause.kind, cause.code);
    }
  }

  /** The gate looks at the tickets once; the driver signs then and there, or works on it. */
  #signSoon(call: Call): void {
    const { faults, schedule, workMs } = this.#parts;
    const answer = this.#sign(call.request as Request<CryptoModuleDoor['sign']>);
    if (workMs === 0) return this.#made(call, answer);
    this.#working += 1;
    schedule.soon(
      `module ${this.#name}: signs`,
      () => {
        if (call.boot !== this.#boots) return this.#fails(call, 'unknown', 'connection_lost');
        this.#working -= 1;
        this.#made(call, answer);
        if (this.#working > 0) return;
        if (this.#idle.length > 0) faults.count('epoch_waited');
        for (const waiting of this.#idle.splice(0)) this.#answers(waiting, {});
      },
      undefined,
      workMs,
    );
  }

  #made(call: Call, answer: unknown): void {
    const { events, faults } = this.#parts;
    events.made(call.wanted, call.life);
    if (!call.life.alive) faults.count('old_call_signed');
    this.#answers(call, answer);
  }

  /** As in the real module: the gate shuts at once, and the answer waits for what an older start of the SAM had it work on. */
  #enterEpoch(call: Call): void {
    this.#requireStart(this.#open(EPOCH_TICKET_TAG, epochTicketBody, (call.request as Request<CryptoModuleDoor['enterEpoch']>).ticket));
    if (this.#working === 0) return this.#answers(call, {});
    this.#idle.push(call);
  }

  #answers(call: Call, value: unknown): void {
    if (this.#parts.faults.strikes('module_failed_after', 0.008)) return this.#fails(call, 'unknown', 'connection_lost');
    const schema = cryptoModuleDoor[call.name].answer as Schema<unknown>;
    const answer = decode(schema, encode(schema, value));
    this.#ends(call, () => call.resolve(answer));
  }

  #fails(call: Call, kind: LinkError['kind'], code: string): void {
    const { schedule, faults } = this.#parts;
    schedule.say(`module ${this.#name}: ${call.name} failed: ${kind} ${code}`);
    if (!call.life.alive && code === 'ticket_epoch' && call.name === 'sign') faults.count('old_call_fenced');
    this.#ends(call, () => call.reject(new LinkError(kind, code)));
  }

  /** Nobody hears it whose life is over. */
  #ends(call: Call, tell: () => void): void {
    if (!call.life.alive) return;
    this.#parts.events.ended(call.wanted, call.life);
    tell();
  }

  #act(name: Exclude<Name, 'sign' | 'enterEpoch'>, request: unknown): unknown {
    const token = this.#token;
    switch (name) {
      case 'info':
        return { bootNonce: this.#bootNonce, driver: 'simulated', algorithms: ['P-256'], identityPublicKey: token.identityPublicKey, signatures: 0 };
      case 'generate': {
        const { keyId } = request as Request<CryptoModuleDoor['generate']>;
        return { wrapped: token.wrappedOf(keyId), publicKey: token.pairOf(keyId).spki };
      }
      case 'certificationRequest':
        return this.#certificationRequest(request as Request<CryptoModuleDoor['certificationRequest']>);
      case 'identitySign':
        return { signature: token.identitySignatureOf((request as Request<CryptoModuleDoor['identitySign']>).digest) };
      case 'seal':
        return { sealed: token.sealed((request as Request<CryptoModuleDoor['seal']>).secret) };
      case 'unseal': {
        const secret = token.opened((request as Request<CryptoModuleDoor['unseal']>).sealed);
        if (secret === undefined) throw new LinkError('refused', 'sealed_wrong');
        return { secret };
      }
      case 'forget':
        return {};
      case 'mac':
      case 'random':
        throw new LinkError('refused', 'not_simulated');
    }
  }

  #sign({ wrapped, tickets }: Request<CryptoModuleDoor['sign']>): Answer<CryptoModuleDoor['sign']> {
    const { schedule, faults } = this.#parts;
    const bodies = tickets.map((ticket) => this.#open(TICKET_TAG, ticketBody, ticket));
    for (const body of bodies) {
      this.#requireStart(body);
      if (body.expires <= schedule.now) throw new LinkError('refused', 'ticket_expired');
      if (!sameBytes(wrapped, this.#token.wrappedOf(body.keyId))) throw new LinkError('refused', 'key_wrapped_wrong');
      if (!sameBytes(body.publicKey, this.#token.pairOf(body.keyId).spki)) throw new LinkError('refused', 'ticket_other_key');
    }
    if (faults.strikes('module_wrong', 0.01)) throw new LinkError('refused', 'signature_wrong');
    return { signatures: bodies.map(({ keyId, digest }) => this.#token.signatureOf(keyId, digest)) };
  }

  /** Of the tickets that the module will act on; those of another start of it are refused first. */
  #wanted({ tickets }: Request<CryptoModuleDoor['sign']>): readonly Wanted[] {
    return tickets.map((ticket) => this.#open(TICKET_TAG, ticketBody, ticket)).filter(({ bootNonce }) => sameBytes(bootNonce, this.#bootNonce));
  }

  #keysIn(name: Name, request: unknown): readonly Uint8Array[] {
    if (name === 'generate') return [(request as Request<CryptoModuleDoor['generate']>).keyId];
    if (name === 'certificationRequest')
      return [this.#open(CERTIFICATION_TICKET_TAG, certificationTicketBody, (request as Request<CryptoModuleDoor['certificationRequest']>).ticket).keyId];
    if (name !== 'sign') return [];
    return (request as Request<CryptoModuleDoor['sign']>).tickets.map((ticket) => this.#open(TICKET_TAG, ticketBody, ticket).keyId);
  }

  #certificationRequest({ ticket }: Request<CryptoModuleDoor['certificationRequest']>): Answer<CryptoModuleDoor['certificationRequest']> {
    const body = this.#open(CERTIFICATION_TICKET_TAG, certificationTicketBody, ticket);
    this.#requireStart(body);
    const info = buildCertificationRequestInfo({ subject: body.subject, spki: body.publicKey });
    return { request: assembleCertificationRequest(info, ALGORITHM, this.#token.pairOf(body.keyId).signDer(info)) };
  }

  #open<T>(tag: string, schema: Schema<T>, { body, mac }: Ticket): T {
    if (!sameBytes(mac, hmac(this.#token.ticketKey, `${tag}\0`, body))) throw new LinkError('refused', 'ticket_mac');
    return decode(schema, body);
  }

  #requireStart(body: { readonly bootNonce: Uint8Array; readonly epoch: number }): void {
    if (!sameBytes(body.bootNonce, this.#bootNonce)) throw new LinkError('refused', 'ticket_other_boot');
    if (body.epoch < this.#epoch) throw new LinkError('refused', 'ticket_epoch');
    this.#epoch = body.epoch;
  }
}
