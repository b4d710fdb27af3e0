// SPDX-License-Identifier: Apache-2.0
// Carries the SAM's orders to the CA and the certificates back. Both ends check everything; here nothing is decided. The SAM keeps an
// order open until it has the certificate, and the CA answers the same order with the same certificate, so carrying twice does no harm and
// a crash loses nothing.
import type { CaDoor } from '@sigillo/doors/ca';
import { orderStatement } from '@sigillo/doors/sap';
import type { SamDoor } from '@sigillo/doors/sam';
import { decode } from '@sigillo/doors/schema';
import { toHex } from '@sigillo/standards/bytes';
import { LinkError, type Link, type Log } from '@sigillo/wire';

export interface OrderCarrier {
  /** There may be a new order: look soon. */
  look(): void;
  stop(): void;
}

export interface OrderCarrierOptions {
  readonly sam: Link<SamDoor>;
  readonly ca: Link<CaDoor>;
  readonly log: Log;
  readonly requestId: () => string;
  readonly monotonic: () => number;
  /** While an order is open. */
  readonly openMs?: number;
  /** While none is. */
  readonly idleMs?: number;
}

const OPEN_MS = 2000;
const IDLE_MS = 30_000;
const REFUSED_MS_MAX = 60_000;

interface Wait {
  readonly until: number;
  readonly ms: number;
}

export function carryOrders(options: OrderCarrierOptions): OrderCarrier {
  const waits = new Map<string, Wait>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  function schedule(ms: number): void {
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(run, ms);
    timer.unref();
  }

  function run(): void {
    if (running !== undefined) {
      again = true;
      return;
    }
    running = round().then((open) => {
      running = undefined;
      schedule(again ? 0 : open);
      again = false;
    });
  }

  /** One look at all orders; returns when to look next. */
  async function round(): Promise<number> {
    const requestId = options.requestId();
    try {
      const { orders } = await options.sam.call('orders', {}, { requestId });
      if (orders.length === 0) waits.clear();
      for (const order of orders) await carry(order, requestId);
      return orders.length === 0 ? (options.idleMs ?? IDLE_MS) : (options.openMs ?? OPEN_MS);
    } catch (cause) {
      options.log.warn('orders_not_read', { requestId, code: codeOf(cause) });
      return options.openMs ?? OPEN_MS;
    }
  }

  /** One order; what goes wrong with it holds up no other, and it is tried again, ever less often. */
  async function carry(order: { readonly statement: Uint8Array; readonly signature: Uint8Array }, requestId: string): Promise<void> {
    const id = toHex(order.signature);
    const wait = waits.get(id);
    if (wait !== undefined && wait.until > options.monotonic()) return;
    try {
      const { orderId } = decode(orderStatement, order.statement);
      const { chain } = await options.ca.call('issue', { order }, { requestId });
      await options.sam.call('installCertificate', { orderId, chain }, { requestId });
      waits.delete(id);
      options.log.info('certificate_carried', { requestId });
    } catch (cause) {
      const ms = Math.min(REFUSED_MS_MAX, (wait?.ms ?? (options.openMs ?? OPEN_MS) / 2) * 2);
      waits.set(id, { ms, until: options.monotonic() + ms });
      options.log.warn('order_not_carried', { requestId, code: codeOf(cause) });
    }
  }

  schedule(0);
  return {
    look: run,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

function codeOf(cause: unknown): string {
  return cause instanceof LinkError ? cause.code : 'internal';
}
