// SPDX-License-Identifier: Apache-2.0
// Tickets that were approved: none of them is approved a second time. What is forgotten leaves its end behind, and from then on no ticket that
// ends by that moment is taken, whatever the clock says: a wall clock that ran ahead, and is set back while the SAM stands still, brings nothing
// back. While clocks are right it costs nobody anything, since only tickets that are over are forgotten.

export class ApprovedTickets {
  readonly #expires = new Map<string, number>();
  /** The latest end of a ticket that was forgotten. */
  #forgottenUntil = 0;

  get size(): number {
    return this.#expires.size;
  }

  get forgottenUntil(): number {
    return this.#forgottenUntil;
  }

  has(ticketId: string): boolean {
    return this.#expires.has(ticketId);
  }

  /** Whether a ticket with this end may have been approved and forgotten. */
  mayBeForgotten(expires: number): boolean {
    return expires <= this.#forgottenUntil;
  }

  add(ticketId: string, expires: number): void {
    this.#expires.set(ticketId, expires);
  }

  /** As a snapshot says, which had forgotten them. */
  forgotUntil(expires: number): void {
    this.#forgottenUntil = Math.max(this.#forgottenUntil, expires);
  }

  sweep(nowSeconds: number): void {
    for (const [ticketId, expires] of this.#expires) {
      if (expires >= nowSeconds) continue;
      this.#expires.delete(ticketId);
      this.forgotUntil(expires);
    }
  }

  entries(): IterableIterator<[ticketId: string, expires: number]> {
    return this.#expires.entries();
  }
}
