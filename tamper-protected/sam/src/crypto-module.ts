// SPDX-License-Identifier: Apache-2.0
// The SAM's end of the arrow to the crypto module, in another process or in this one: the same messages either way.
import { createHmac } from 'node:crypto';
import type { Answer, Request } from '@sigillo/doors/door';
import {
  certificationTicketBody,
  CERTIFICATION_TICKET_TAG,
  type cryptoModuleDoor,
  type CryptoModuleDoor,
  EPOCH_TICKET_TAG,
  epochTicketBody,
  type KeyAlgorithm,
  TICKET_TAG,
  ticketBody,
  type TicketBody,
} from '@sigillo/doors/crypto-module';
import { encode, type ValueOf } from '@sigillo/doors/schema';
import { LinkError } from '@sigillo/wire';
import { JournalError } from './journal/error.ts';
import { SamRefusal } from './refusals.ts';

/** Asks the module; throws LinkError as a link does. */
export interface CryptoModulePort {
  call<N extends keyof CryptoModuleDoor>(
    name: N,
    request: Request<CryptoModuleDoor[N]>,
    context: { readonly requestId: string; readonly deadlineMs?: number },
  ): Promise<Answer<CryptoModuleDoor[N]>>;
  close(): void;
}

type TicketFields = Omit<TicketBody, 'version' | 'bootNonce' | 'epoch' | 'expires'>;
type Ticket = Request<(typeof cryptoModuleDoor)['sign']>['tickets'][number];
type CertificationFields = Omit<ValueOf<typeof certificationTicketBody>, 'version' | 'purpose' | 'bootNonce' | 'epoch'>;

const TICKET_MS = 25_000;
const context = { requestId: '' };

/** What became of a request to sign: made, certainly not made, or nobody knows. */
export type SignOutcome =
  | { readonly kind: 'signed'; readonly signatures: readonly Uint8Array[] }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'not_reached' }
  | { readonly kind: 'lost' };

export class CryptoModule {
  readonly #port: CryptoModulePort;
  readonly #ticketKey: Uint8Array;
  readonly #monotonic: () => number;
  #bootNonce: Uint8Array | undefined;
  #epoch = 0;

  constructor(port: CryptoModulePort, ticketKey: Uint8Array, monotonic: () => number) {
    this.#port = port;
    this.#ticketKey = ticketKey;
    this.#monotonic = monotonic;
  }

  /** Tickets carry how often the SAM started. The module hears of it at once and refuses any older SAM from then on: also this one, if it is the older. */
  async enterEpoch(epoch: number): Promise<void> {
    this.#epoch = epoch;
    const enter = async (): Promise<void> => {
      const body = encode(epochTicketBody, { version: 1, purpose: 'epoch', bootNonce: await this.#boot(), epoch });
      await this.#port.call('enterEpoch', { ticket: { body, mac: this.#mac(EPOCH_TICKET_TAG, body) } }, context);
    };
    try {
      await this.#againAfterRestart(enter);
    } catch (cause) {
      if (cause instanceof LinkError && cause.kind === 'refused' && cause.code === 'ticket_epoch')
        throw new JournalError('sam_replaced', `a later start than number ${epoch} uses this crypto module`, { cause });
      throw cause;
    }
  }

  async info(): Promise<Answer<CryptoModuleDoor['info']>> {
    const info = await this.#asked(() => this.#port.call('info', {}, context));
    this.#bootNonce = info.bootNonce;
    return info;
  }

  generate(keyId: Uint8Array, algorithm: KeyAlgorithm): Promise<Answer<CryptoModuleDoor['generate']>> {
    return this.#asked(() => this.#port.call('generate', { keyId, algorithm }, context));
  }

  async certificationRequest(fields: CertificationFields, wrapped: Uint8Array): Promise<Uint8Array> {
    const make = async (): Promise<Uint8Array> => {
      const body = encode(certificationTicketBody, {
        ...fields,
        version: 1,
        purpose: 'csr',
        bootNonce: await this.#boot(),
        epoch: this.#epoch,
      });
      const ticket = { body, mac: this.#mac(CERTIFICATION_TICKET_TAG, body) };
      return (await this.#port.call('certificationRequest', { ticket, wrapped }, context)).request;
    };
    return this.#asked(() => this.#againAfterRestart(make));
  }

  /**
   * Signs the items of one call. A module that has started anew refuses the tickets of its last start before it signs: only then they are
   * made again. The module keeps the key unwrapped until `keepUntil` (monotonic milliseconds), or not at all (0).
   */
  async sign(wrapped: Uint8Array, items: readonly TicketFields[], keepUntil: number): Promise<SignOutcome> {
    try {
      const { signatures } = await this.#againAfterRestart(async () => {
        const bootNonce = await this.#boot();
        const tickets = items.map((item) => this.#ticket(item, bootNonce));
        return this.#port.call('sign', { wrapped, tickets, keepUntil: Math.floor(keepUntil) }, context);
      });
      return signatures.length === items.length ? { kind: 'signed', signatures } : { kind: 'wrong' };
    } catch (cause) {
      if (!(cause instanceof LinkError)) throw cause;
      if (cause.kind === 'not_sent') return { kind: 'not_reached' };
      if (cause.kind === 'unknown') return { kind: 'lost' };
      return cause.code === 'signature_wrong' ? { kind: 'wrong' } : { kind: 'refused', code: cause.code };
    }
  }

  /** The module lets go of an operation's key; one that cannot be told does so by itself when the time is over. */
  forget(operation: Uint8Array): void {
    this.#port.call('forget', { operation }, context).catch(() => undefined);
  }

  async identitySign(digest: Uint8Array): Promise<Uint8Array> {
    return (await this.#asked(() => this.#port.call('identitySign', { digest }, context))).signature;
  }

  async seal(secret: Uint8Array): Promise<Uint8Array> {
    return (await this.#asked(() => this.#port.call('seal', { secret }, context))).sealed;
  }

  async unseal(sealed: Uint8Array): Promise<Uint8Array> {
    return (await this.#asked(() => this.#port.call('unseal', { sealed }, context))).secret;
  }

  close(): void {
    this.#port.close();
  }

  async #boot(): Promise<Uint8Array> {
    return this.#bootNonce ?? (await this.#port.call('info', {}, context).then((info) => (this.#bootNonce = info.bootNonce)));
  }

  async #againAfterRestart<T>(make: () => Promise<T>): Promise<T> {
    try {
      return await make();
    } catch (cause) {
      if (!(cause instanceof LinkError) || cause.kind !== 'refused' || cause.code !== 'ticket_other_boot') throw cause;
      this.#bootNonce = undefined;
      return make();
    }
  }

  #ticket(fields: TicketFields, bootNonce: Uint8Array): Ticket {
    const body = encode(ticketBody, {
      ...fields,
      version: 1,
      bootNonce,
      epoch: this.#epoch,
      expires: Math.ceil(this.#monotonic()) + TICKET_MS,
    });
    return { body, mac: this.#mac(TICKET_TAG, body) };
  }

  #mac(tag: string, body: Uint8Array): Uint8Array {
    return createHmac('sha256', this.#ticketKey).update(`${tag}\0`).update(body).digest();
  }

  async #asked<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (cause) {
      if (cause instanceof LinkError) throw new SamRefusal('crypto_module_unavailable', { cause });
      throw cause;
    }
  }
}
