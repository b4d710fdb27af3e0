// SPDX-License-Identifier: Apache-2.0
// What lets a key sign here: a ticket that the SAM MACed, for this start of the module, not expired, for this very key, and never used. This gate is independent of
// the SAM's own: even a SAM that asked twice gets one signature.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { CERTIFICATION_TICKET_TAG, certificationTicketBody, TICKET_TAG, ticketBody, type TicketBody } from '@sigillo/doors/crypto-module';
import { decode, type Schema, type ValueOf } from '@sigillo/doors/schema';
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import { CryptoModuleError } from './error.ts';

export interface Ticket {
  readonly body: Uint8Array;
  readonly mac: Uint8Array;
}

/** A ticket whose every check passed; it counts as used from then on. */
const proven: unique symbol = Symbol('proven');
export type ProvenTicket = TicketBody & { readonly [proven]: true };
export type ProvenCertificationTicket = ValueOf<typeof certificationTicketBody> & { readonly [proven]: true };

const USED_MAX = 200_000;

export class TicketGate {
  readonly bootNonce: Uint8Array;
  readonly #key: Uint8Array;
  readonly #monotonicMs: () => number;
  /** (operation, index) → expiry of the ticket; needed only until then. */
  readonly #used = new Map<string, number>();
  #epoch = 0;

  constructor(key: Uint8Array, bootNonce: Uint8Array, monotonicMs: () => number) {
    this.#key = key;
    this.bootNonce = bootNonce;
    this.#monotonicMs = monotonicMs;
  }

  /** Proves the tickets of one call, all for one key, and marks them used together; one that is refused leaves none used. */
  take(tickets: readonly Ticket[]): readonly ProvenTicket[] {
    const bodies = tickets.map((ticket) => this.#open(TICKET_TAG, ticketBody, ticket));
    const now = this.#monotonicMs();
    const marks = new Map<string, number>();
    for (const body of bodies) {
      this.#checkStart(body);
      if (body.expires <= now) throw new CryptoModuleError('ticket_expired');
      if (!sameBytes(body.keyId, bodies[0]!.keyId) || !sameBytes(body.publicKey, bodies[0]!.publicKey)) throw new CryptoModuleError('ticket_other_key');
      const mark = `${toHex(body.operation)}.${body.index}`;
      if (this.#used.has(mark) || marks.has(mark)) throw new CryptoModuleError('ticket_used');
      marks.set(mark, body.expires);
    }
    this.#makeRoom(marks.size, now);
    for (const [mark, expires] of marks) this.#used.set(mark, expires);
    return bodies.map((body) => ({ ...body, [proven]: true as const }));
  }

  takeCertification(ticket: Ticket): ProvenCertificationTicket {
    const body = this.#open(CERTIFICATION_TICKET_TAG, certificationTicketBody, ticket);
    this.#checkStart(body);
    return { ...body, [proven]: true as const };
  }

  #open<T>(tag: string, schema: Schema<T>, { body, mac }: Ticket): T {
    const expected = createHmac('sha256', this.#key).update(`${tag}\0`).update(body).digest();
    if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) throw new CryptoModuleError('ticket_mac');
    try {
      return decode(schema, body);
    } catch (cause) {
      throw new CryptoModuleError('ticket_malformed', { cause });
    }
  }

  #checkStart(body: { readonly bootNonce: Uint8Array; readonly epoch: number }): void {
    if (!sameBytes(body.bootNonce, this.bootNonce)) throw new CryptoModuleError('ticket_other_boot');
    if (body.epoch < this.#epoch) throw new CryptoModuleError('ticket_epoch');
    this.#epoch = body.epoch;
  }

  #makeRoom(count: number, now: number): void {
    if (this.#used.size + count <= USED_MAX) return;
    for (const [mark, expires] of this.#used) if (expires <= now) this.#used.delete(mark);
    if (this.#used.size + count > USED_MAX) throw new CryptoModuleError('tickets_full');
  }
}
