// SPDX-License-Identifier: Apache-2.0
// A crypto module behind the SAM's own port. It checks tickets as the real one does, but for one thing: it signs as often as it is asked,
// so that whoever asks twice is found out. Its signatures are MACs, which only it can make and only the simulation can check.
import { cryptoModuleDoor, type CryptoModuleDoor, CERTIFICATION_TICKET_TAG, certificationTicketBody, EPOCH_TICKET_TAG, epochTicketBody, TICKET_TAG, ticketBody, type TicketBody } from '@sigillo/doors/crypto-module';
import type { Answer, Request } from '@sigillo/doors/door';
import { decode, encode, type Schema } from '@sigillo/doors/schema';
import { concat, sameBytes, toHex } from '@sigillo/standards/bytes';
import { assembleCertificationRequest, buildCertificationRequestInfo } from '@sigillo/standards/x509';
import { LinkError } from '@sigillo/wire';
import type { CryptoModulePort } from '../../src/crypto-module.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import { EcPair, hmac } from './keys.ts';
import type { Life, Schedule } from './schedule.ts';

export type Wanted = Pick<TicketBody, 'operation' | 'index' | 'keyId' | 'digest' | 'epoch'>;

export interface ModuleEvents {
  /** The SAM asks for signatures: this is the moment that counts. */
  asked(wanted: readonly Wanted[], life: Life): void;
  /** They were made, or will never be. */
  ended(wanted: readonly Wanted[], life: Life): void;
}

type Ticket = Request<CryptoModuleDoor['sign']>['tickets'][number];
type Name = keyof CryptoModuleDoor;

/** Points are dear to compute, and the same in every world. */
const pairs = new Map<string, EcPair>();

const ALGORITHM = { scheme: 'ecdsa', hash: 'sha256' } as const;

export class SimulatedModule {
  readonly identity: Uint8Array;
  readonly ticketKey: Uint8Array;
  readonly #secret: Uint8Array;
  readonly #identityPublicKey: Uint8Array;
  readonly #schedule: Schedule;
  readonly #faults: Faults;
  readonly #dice: Dice;
  #bootNonce: Uint8Array;
  #boots = 0;
  #epoch = 0;
  events: ModuleEvents = { asked: () => undefined, ended: () => undefined };

  constructor(secret: Uint8Array, parts: { readonly schedule: Schedule; readonly faults: Faults; readonly dice: Dice }) {
    this.#secret = secret;
    this.#schedule = parts.schedule;
    this.#faults = parts.faults;
    this.#dice = parts.dice;
    this.identity = hmac(secret, 'identity');
    this.ticketKey = hmac(secret, 'ticket');
    this.#identityPublicKey = pairFor(this.identity).spki;
    this.#bootNonce = this.#nextBoot();
  }

  restart(): void {
    this.#bootNonce = this.#nextBoot();
    this.#epoch = 0;
  }

  /** The signature that the key of this id gives over a digest. */
  signatureOf(keyId: Uint8Array, digest: Uint8Array): Uint8Array {
    return concat(hmac(this.#scalarOf(keyId), 'first', digest), hmac(this.#scalarOf(keyId), 'second', digest));
  }

  identitySignatureOf(digest: Uint8Array): Uint8Array {
    return concat(hmac(this.identity, 'first', digest), hmac(this.identity, 'second', digest));
  }

  /** What must never be seen outside of module and SAM. */
  secrets(): readonly Uint8Array[] {
    return [this.#secret, this.identity, this.ticketKey];
  }

  /** What `seal` had closed. */
  opened(sealed: Uint8Array): Uint8Array {
    return this.#masked(sealed);
  }

  wrappedOf(keyId: Uint8Array): Uint8Array {
    return concat(hmac(this.#secret, 'wrapped', keyId), hmac(this.#secret, 'wrapped too', keyId));
  }

  forLife(life: Life): CryptoModulePort {
    return {
      call: (name, request) => this.#call(name, request, life),
      close: () => undefined,
    };
  }

  #call<N extends Name>(name: N, request: Request<CryptoModuleDoor[N]>, life: Life): Promise<Answer<CryptoModuleDoor[N]>> {
    const boot = this.#boots;
    return new Promise((resolve, reject) => {
      const mostMs = this.#faults.strikes('module_slow', 0.03) ? 20_000 : 4;
      const reached = !this.#faults.strikes('module_not_reached', 0.01);
      const wanted = name === 'sign' && reached ? this.#wanted(request as Request<CryptoModuleDoor['sign']>) : [];
      if (wanted.length > 0) this.events.asked(wanted, life);
      this.#schedule.soon(
        `module: ${name}`,
        () => {
          this.events.ended(wanted, life);
          if (!reached) return this.#fails(name, reject, 'not_sent', 'not_connected');
          // A module that ended meanwhile answers nothing; nobody can tell what it had done.
          if (boot !== this.#boots) return this.#fails(name, reject, 'unknown', 'connection_lost');
          if (this.#faults.strikes('module_failed_before', 0.008)) return this.#fails(name, reject, 'unknown', 'connection_lost');
          try {
            const answer = decode(cryptoModuleDoor[name].answer as Schema<unknown>, encode(cryptoModuleDoor[name].answer as Schema<unknown>, this.#act(name, request)));
            if (this.#faults.strikes('module_failed_after', 0.008)) return this.#fails(name, reject, 'unknown', 'connection_lost');
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
    this.#schedule.say(`module: ${name} failed: ${kind} ${code}`);
    reject(new LinkError(kind, code));
  }

  #act(name: Name, request: unknown): unknown {
    switch (name) {
      case 'info':
        return { bootNonce: this.#bootNonce, driver: 'simulated', algorithms: ['P-256'], identityPublicKey: this.#identityPublicKey, signatures: 0 };
      case 'generate': {
        const { keyId } = request as Request<CryptoModuleDoor['generate']>;
        return { wrapped: this.wrappedOf(keyId), publicKey: this.#pairOf(keyId).spki };
      }
      case 'certificationRequest':
        return this.#certificationRequest(request as Request<CryptoModuleDoor['certificationRequest']>);
      case 'sign':
        return this.#sign(request as Request<CryptoModuleDoor['sign']>);
      case 'identitySign':
        return { signature: this.identitySignatureOf((request as Request<CryptoModuleDoor['identitySign']>).digest) };
      case 'seal': {
        return { sealed: this.#masked((request as Request<CryptoModuleDoor['seal']>).secret) };
      }
      case 'unseal': {
        return { secret: this.opened((request as Request<CryptoModuleDoor['unseal']>).sealed) };
      }
      case 'forget':
        return {};
      case 'enterEpoch': {
        const body = this.#open(EPOCH_TICKET_TAG, epochTicketBody, (request as Request<CryptoModuleDoor['enterEpoch']>).ticket);
        this.#requireStart(body);
        return {};
      }
      case 'mac':
      case 'random':
        throw new LinkError('refused', 'not_simulated');
    }
  }

  #sign({ wrapped, tickets }: Request<CryptoModuleDoor['sign']>): Answer<CryptoModuleDoor['sign']> {
    const bodies = tickets.map((ticket) => this.#open(TICKET_TAG, ticketBody, ticket));
    for (const body of bodies) {
      this.#requireStart(body);
      if (body.expires <= this.#schedule.now) throw new LinkError('refused', 'ticket_expired');
      if (!sameBytes(wrapped, this.wrappedOf(body.keyId))) throw new LinkError('refused', 'key_wrapped_wrong');
      if (!sameBytes(body.publicKey, this.#pairOf(body.keyId).spki)) throw new LinkError('refused', 'ticket_other_key');
    }
    if (this.#faults.strikes('module_wrong', 0.01)) throw new LinkError('refused', 'signature_wrong');
    return { signatures: bodies.map(({ keyId, digest }) => this.signatureOf(keyId, digest)) };
  }

  /** Of the tickets that the module will act on; those of another start of it are refused first. */
  #wanted({ tickets }: Request<CryptoModuleDoor['sign']>): readonly Wanted[] {
    return tickets.map((ticket) => this.#open(TICKET_TAG, ticketBody, ticket)).filter(({ bootNonce }) => sameBytes(bootNonce, this.#bootNonce));
  }

  #certificationRequest({ ticket }: Request<CryptoModuleDoor['certificationRequest']>): Answer<CryptoModuleDoor['certificationRequest']> {
    const body = this.#open(CERTIFICATION_TICKET_TAG, certificationTicketBody, ticket);
    this.#requireStart(body);
    const info = buildCertificationRequestInfo({ subject: body.subject, spki: body.publicKey });
    return { request: assembleCertificationRequest(info, ALGORITHM, this.#pairOf(body.keyId).signDer(info)) };
  }

  #open<T>(tag: string, schema: Schema<T>, { body, mac }: Ticket): T {
    if (!sameBytes(mac, hmac(this.ticketKey, `${tag}\0`, body))) throw new LinkError('refused', 'ticket_mac');
    return decode(schema, body);
  }

  #requireStart(body: { readonly bootNonce: Uint8Array; readonly epoch: number }): void {
    if (!sameBytes(body.bootNonce, this.#bootNonce)) throw new LinkError('refused', 'ticket_other_boot');
    if (body.epoch < this.#epoch) throw new LinkError('refused', 'ticket_epoch');
    this.#epoch = body.epoch;
  }

  #nextBoot(): Uint8Array {
    this.#boots += 1;
    return this.#dice.bytes(16);
  }

  #scalarOf(keyId: Uint8Array): Uint8Array {
    return hmac(this.#secret, 'key', keyId);
  }

  #pairOf(keyId: Uint8Array): EcPair {
    return pairFor(this.#scalarOf(keyId));
  }

  #masked(secret: Uint8Array): Uint8Array {
    const mask = hmac(this.#secret, 'mask');
    return secret.map((byte, i) => byte ^ mask[i % 32]!);
  }
}

function pairFor(scalar: Uint8Array): EcPair {
  const known = pairs.get(toHex(scalar));
  if (known !== undefined) return known;
  const pair = new EcPair(scalar);
  pairs.set(toHex(scalar), pair);
  return pair;
}
