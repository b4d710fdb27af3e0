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
  /** They were made, or will never be. */
  ended(wanted: readonly Wanted[], life: Life): void;
  /** They go back to the SAM. */
  signed(): void;
}

export interface ProcessParts {
  readonly schedule: Schedule;
  readonly faults: Faults;
  readonly dice: Dice;
  readonly events: ProcessEvents;
}

type Name = keyof CryptoModuleDoor;
type Ticket = Request<CryptoModuleDoor['sign']>['tickets'][number];

const ALGORITHM = { scheme: 'ecdsa', hash: 'sha256' } as const;

export class ModuleProcess {
  readonly #name: string;
  readonly #token: SimulatedToken;
  readonly #parts: ProcessParts;
  #bootNonce: Uint8Array;
  #boots = 1;
  #epoch = 0;
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
      schedule.soon(
        `module ${this.#name}: ${name}`,
        () => {
          events.ended(wanted, life);
          if (!reached) return this.#fails(name, reject, 'not_sent', 'not_connected');
          // A module that ended meanwhile answers nothing; nobody can tell what it had done.
          if (boot !== this.#boots) return this.#fails(name, reject, 'unknown', 'connection_lost');
          if (faults.strikes('module_failed_before', 0.008)) return this.#fails(name, reject, 'unknown', 'connection_lost');
          try {
            const answer = decode(cryptoModuleDoor[name].answer as Schema<unknown>, encode(cryptoModuleDoor[name].answer as Schema<unknown>, this.#act(name, request)));
            if (faults.strikes('module_failed_after', 0.008)) return this.#fails(name, reject, 'unknown', 'connection_lost');
            if (name === 'sign') events.signed();
            resolve(answer as Answer<CryptoModuleDoor[N]>);
          } catch (cause) {
            if (!(cause instanceof LinkError)) throw cause;
            this.#fails(name, reject, cause.kind, cause.code);
          }
        },
        life,
        mostMs,
      );
    });
  }

  #fails(name: string, reject: (cause: Error) => void, kind: LinkError['kind'], code: string): void {
    this.#parts.schedule.say(`module ${this.#name}: ${name} failed: ${kind} ${code}`);
    reject(new LinkError(kind, code));
  }

  #act(name: Name, request: unknown): unknown {
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
      case 'sign':
        return this.#sign(request as Request<CryptoModuleDoor['sign']>);
      case 'identitySign':
        return { signature: token.identitySignatureOf((request as Request<CryptoModuleDoor['identitySign']>).digest) };
      case 'seal':
        return { sealed: token.sealed((request as Request<CryptoModuleDoor['seal']>).secret) };
      case 'unseal':
        return { secret: token.opened((request as Request<CryptoModuleDoor['unseal']>).sealed) };
      case 'forget':
        return {};
      case 'enterEpoch':
        this.#requireStart(this.#open(EPOCH_TICKET_TAG, epochTicketBody, (request as Request<CryptoModuleDoor['enterEpoch']>).ticket));
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
