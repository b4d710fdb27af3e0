// SPDX-License-Identifier: Apache-2.0
// The SAM's end of the arrow to the crypto module, in other processes or in this one: the same messages either way. A module may run in several
// processes over one token; each signing key belongs to one of them, by its id, so that one gate sees all tickets of an operation.
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
import { sameBytes } from '@sigillo/standards/bytes';
import { hmacSha256, type LinkCallOptions, LinkError } from '@sigillo/wire';
import { JournalError } from './journal/error.ts';
import { SamRefusal } from './refusals.ts';

/** Asks the module; throws LinkError as a link does. */
export interface CryptoModulePort {
  call<N extends keyof CryptoModuleDoor>(
    name: N,
    request: Request<CryptoModuleDoor[N]>,
    context: LinkCallOptions,
  ): Promise<Answer<CryptoModuleDoor[N]>>;
  close(): void;
}

type TicketFields = Omit<TicketBody, 'version' | 'bootNonce' | 'epoch' | 'expires'>;
type Ticket = Request<(typeof cryptoModuleDoor)['sign']>['tickets'][number];
type CertificationFields = Omit<ValueOf<typeof certificationTicketBody>, 'version' | 'purpose' | 'bootNonce' | 'epoch'>;

const TICKET_MS = 25_000;
const context = { requestId: '' };
const impatient = { ...context, patienceMs: 0 };

/** What became of a request to sign: made, certainly not made, or nobody knows. */
export type SignOutcome =
  | { readonly kind: 'signed'; readonly signatures: readonly Uint8Array[] }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'not_reached' }
  | { readonly kind: 'lost' };

export class CryptoModule {
  readonly #processes: readonly ModuleProcess[];
  readonly #ticketKey: Uint8Array;
  readonly #monotonic: () => number;
  #epoch = 0;
  #turn = 0;

  constructor(ports: readonly CryptoModulePort[], ticketKey: Uint8Array, monotonic: () => number) {
    this.#processes = ports.map((port) => new ModuleProcess(port));
    this.#ticketKey = ticketKey;
    this.#monotonic = monotonic;
  }

  /** Tickets carry how often the SAM started. The module hears of it at once and refuses any older SAM from then on: also this one, if it is the older. */
  async enterEpoch(epoch: number): Promise<void> {
    this.#epoch = epoch;
    for (const process of this.#processes) await this.#enter(process, epoch);
  }

  /** What the module is; its processes must be of one token. `signatures` counts those of all. */
  async info(): Promise<Answer<CryptoModuleDoor['info']>> {
    const all = await asked(() => Promise.all(this.#processes.map((process) => process.info())));
    const [first] = all as [Answer<CryptoModuleDoor['info']>];
    for (const { identityPublicKey, driver } of all)
      if (driver !== first.driver || !sameBytes(identityPublicKey, first.identityPublicKey)) throw new SamRefusal('crypto_module_unavailable');
    return { ...first, signatures: all.reduce((sum, { signatures }) => sum + signatures, 0) };
  }

  generate(keyId: Uint8Array, algorithm: KeyAlgorithm): Promise<Answer<CryptoModuleDoor['generate']>> {
    return asked(() => this.#of(keyId).port.call('generate', { keyId, algorithm }, context));
  }

  async certificationRequest(fields: CertificationFields, wrapped: Uint8Array): Promise<Uint8Array> {
    const process = this.#of(fields.keyId);
    const make = async (bootNonce: Uint8Array): Promise<Uint8Array> => {
      const body = encode(certificationTicketBody, { ...fields, version: 1, purpose: 'csr', bootNonce, epoch: this.#epoch });
      const ticket = { body, mac: this.#mac(CERTIFICATION_TICKET_TAG, body) };
      return (await process.port.call('certificationRequest', { ticket, wrapped }, context)).request;
    };
    return asked(() => process.withBoot(make));
  }

  /**
   * Signs the items of one call. A module that has started anew refuses the tickets of its last start before it signs: only then they are
   * made again. The module keeps the key unwrapped until `keepUntil` (monotonic milliseconds), or not at all (0).
   */
  async sign(wrapped: Uint8Array, items: readonly TicketFields[], keepUntil: number): Promise<SignOutcome> {
    const process = this.#of(items[0]!.keyId);
    try {
      const { signatures } = await process.withBoot((bootNonce) => {
        const tickets = items.map((item) => this.#ticket(item, bootNonce));
        return process.port.call('sign', { wrapped, tickets, keepUntil: Math.floor(keepUntil) }, context);
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
  forget(keyId: Uint8Array, operation: Uint8Array): void {
    this.#of(keyId)
      .port.call('forget', { operation }, context)
      .catch(() => undefined);
  }

  async identitySign(digest: Uint8Array): Promise<Uint8Array> {
    return (await this.#anyone('identitySign', { digest })).signature;
  }

  async seal(secret: Uint8Array): Promise<Uint8Array> {
    return (await this.#anyone('seal', { secret })).sealed;
  }

  async unseal(sealed: Uint8Array): Promise<Uint8Array> {
    return (await this.#anyone('unseal', { sealed })).secret;
  }

  close(): void {
    for (const { port } of this.#processes) port.close();
  }

  /**
   * What each process of the token can answer: they take turns, and for one that is down, or went down meanwhile, the next one answers. Asking
   * twice is harmless: the same statement has two signatures of which one is used, the same secret is sealed twice. Where none is there, the one
   * whose turn it is has the time of a restart. What ran out of its time is not asked for again: that would double the load of a module that is slow.
   */
  async #anyone<N extends 'identitySign' | 'seal' | 'unseal'>(
    name: N,
    request: Request<CryptoModuleDoor[N]>,
  ): Promise<Answer<CryptoModuleDoor[N]>> {
    this.#turn = (this.#turn + 1) % this.#processes.length;
    const inTurn = [...this.#processes.slice(this.#turn), ...this.#processes.slice(0, this.#turn)];
    for (const { port } of inTurn.length > 1 ? inTurn : []) {
      try {
        return await asked(() => port.call(name, request, impatient));
      } catch (cause) {
        if (!isAway(cause)) throw cause;
      }
    }
    return asked(() => inTurn[0]!.port.call(name, request, context));
  }

  #of(keyId: Uint8Array): ModuleProcess {
    return this.#processes[keyId.at(-1)! % this.#processes.length]!;
  }

  async #enter(process: ModuleProcess, epoch: number): Promise<void> {
    try {
      await process.withBoot(async (bootNonce) => {
        const body = encode(epochTicketBody, { version: 1, purpose: 'epoch', bootNonce, epoch });
        await process.port.call('enterEpoch', { ticket: { body, mac: this.#mac(EPOCH_TICKET_TAG, body) } }, context);
      });
    } catch (cause) {
      if (cause instanceof LinkError && cause.kind === 'refused' && cause.code === 'ticket_epoch')
        throw new JournalError('sam_replaced', `a later start than number ${epoch} uses this crypto module`, { cause });
      throw cause instanceof LinkError ? new SamRefusal('crypto_module_unavailable', { cause }) : cause;
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
    return hmacSha256(this.#ticketKey, `${tag}\0`, body);
  }
}

/** One process of the module, with the nonce of its present start. */
class ModuleProcess {
  readonly port: CryptoModulePort;
  #bootNonce: Uint8Array | undefined;

  constructor(port: CryptoModulePort) {
    this.port = port;
  }

  async info(): Promise<Answer<CryptoModuleDoor['info']>> {
    const info = await this.port.call('info', {}, context);
    this.#bootNonce = info.bootNonce;
    return info;
  }

  /** Asks with the nonce of the present start, and once more where the process has started anew. */
  async withBoot<T>(ask: (bootNonce: Uint8Array) => Promise<T>): Promise<T> {
    try {
      return await ask(this.#bootNonce ?? (await this.info()).bootNonce);
    } catch (cause) {
      if (!(cause instanceof LinkError) || cause.kind !== 'refused' || cause.code !== 'ticket_other_boot') throw cause;
      return ask((await this.info()).bootNonce);
    }
  }
}

/** The process was not reached, or was lost before it answered. */
function isAway(cause: unknown): boolean {
  const why = cause instanceof SamRefusal ? cause.cause : undefined;
  return why instanceof LinkError && why.kind !== 'refused' && why.code !== 'deadline';
}

async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof LinkError) throw new SamRefusal('crypto_module_unavailable', { cause });
    throw cause;
  }
}
