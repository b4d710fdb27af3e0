// SPDX-License-Identifier: Apache-2.0
// What lets a key sign here: a ticket that the SAM MACed, for this start of the module, not expired, for this very key, and never used. This gate is independent of
// the SAM's own: even a SAM that asked twice gets one signature.
import {
  CERTIFICATION_TICKET_TAG, certificationTicketBody, EPOCH_TICKET_TAG, epochTicketBody, TICKET_TAG, ticketBody, type TicketBody,
} from '@sigillo/doors/crypto-module';
import { decode, type Schema, type ValueOf } from '@sigillo/doors/schema';
import { sameBytes } from '@sigillo/standards/bytes';
import { requireTicketMac } from './checks/ticket-mac.ts';
import { requireThisStart } from './checks/ticket-start.ts';
import { CryptoModuleError } from './error.ts';
import { UsedMarks } from './used-marks.ts';

export interface Ticket {
  readonly body: Uint8Array;
  readonly mac: Uint8Array;
}

/** A ticket whose every check passed; it counts as used from then on. */
const proven: unique symbol = Symbol('proven');
export type ProvenTicket = TicketBody & { readonly [proven]: true };
export type ProvenCertificationTicket = ValueOf<typeof certificationTicketBody> & { readonly [proven]: true };

/** No ticket lives longer: so a mark is kept for a bounded time. */
export const TICKET_MS_MAX = 60_000;

export class TicketGate {
  readonly bootNonce: Uint8Array;
  readonly #key: Uint8Array;
  readonly #monotonicMs: () => number;
  readonly #used = new UsedMarks();
  #epoch = 0;

  constructor(key: Uint8Array, bootNonce: Uint8Array, monotonicMs: () => number) {
    this.#key = key;
    this.bootNonce = bootNonce;
    this.#monotonicMs = monotonicMs;
  }

  /** Proves the tickets of one call, all for one operation and one key, and marks them used together; one that is refused leaves none used. */
  take(tickets: readonly Ticket[]): readonly ProvenTicket[] {
    const bodies = tickets.map((ticket) => this.#open(TICKET_TAG, ticketBody, ticket));
    const now = this.#monotonicMs();
    this.#used.forgetExpired(now);
    const marks = new Set<string>();
    for (const body of bodies) {
      this.#checkStart(body);
      if (body.expires <= now) throw new CryptoModuleError('ticket_expired');
      if (body.expires > now + TICKET_MS_MAX) throw new CryptoModuleError('ticket_expires_late');
      if (!sameBytes(body.keyId, bodies[0]!.keyId) || !sameBytes(body.publicKey, bodies[0]!.publicKey)) throw new CryptoModuleError('ticket_other_key');
      if (!sameBytes(body.operation, bodies[0]!.operation)) throw new CryptoModuleError('ticket_other_operation');
      const mark = UsedMarks.of(body);
      if (this.#used.has(mark) || marks.has(mark)) throw new CryptoModuleError('ticket_used');
      marks.add(mark);
    }
    if (!this.#used.hasRoomFor(bodies.length)) throw new CryptoModuleError('tickets_full');
    for (const body of bodies) this.#used.add(UsedMarks.of(body), body.expires);
    return bodies.map((body) => ({ ...body, [proven]: true as const }));
  }

  takeCertification(ticket: Ticket): ProvenCertificationTicket {
    const body = this.#open(CERTIFICATION_TICKET_TAG, certificationTicketBody, ticket);
    this.#checkStart(body);
    return { ...body, [proven]: true as const };
  }

  /** An older start of the SAM, or a SAM that another one has replaced, gets nothing from now on. */
  takeEpoch(ticket: Ticket): void {
    this.#checkStart(this.#open(EPOCH_TICKET_TAG, epochTicketBody, ticket));
  }

  /** Tickets that were taken, looked at once more in the middle of a long call. */
  stillCurrent(tickets: readonly ProvenTicket[]): readonly ProvenTicket[] {
    this.#checkStart(tickets[0]!);
    return tickets;
  }

  #open<T>(tag: string, schema: Schema<T>, ticket: Ticket): T {
    requireTicketMac(this.#key, tag, ticket);
    try {
      return decode(schema, ticket.body);
    } catch (cause) {
      throw new CryptoModuleError('ticket_malformed', { cause });
    }
  }

  #checkStart(body: { readonly bootNonce: Uint8Array; readonly epoch: number }): void {
    requireThisStart(body, { bootNonce: this.bootNonce, epoch: this.#epoch });
    this.#epoch = body.epoch;
  }
}
