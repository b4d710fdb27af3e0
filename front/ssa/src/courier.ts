// SPDX-License-Identifier: Apache-2.0
// Carries the SAM's orders to the CA and the certificates back, and its revocations and what the CA says of them. Both ends check everything; here
// nothing is decided. The SAM keeps an order open until it has the certificate, a revocation until the CA has confirmed it, and the CA answers the
// same once more in the same way, so carrying twice does no harm and a crash loses nothing.
import type { CaDoor } from '@sigillo/doors/ca';
import { orderStatement, revocationStatement } from '@sigillo/doors/sap';
import type { SamDoor } from '@sigillo/doors/sam';
import { decode } from '@sigillo/doors/schema';
import { toHex } from '@sigillo/standards/bytes';
import { LinkError, type Link, type Log } from '@sigillo/wire';

export interface Courier {
  /** There may be a new order or revocation: look soon. */
  look(): void;
  stop(): void;
}

export interface CourierOptions {
  readonly sam: Link<SamDoor>;
  readonly ca: Link<CaDoor>;
  readonly log: Log;
  readonly requestId: () => string;
  readonly monotonic: () => number;
  /** While something is open. */
  readonly openMs?: number;
  /** While nothing is. */
  readonly idleMs?: number;
}

const OPEN_MS = 2000;
const IDLE_MS = 30_000;
const REFUSED_MS_MAX = 60_000;

/** One statement of the SAM that goes to the CA, and the answer back. */
interface Errand {
  readonly statement: { readonly statement: Uint8Array; readonly signature: Uint8Array };
  readonly idOf: (statement: Uint8Array) => Uint8Array;
  readonly run: (orderId: Uint8Array) => Promise<void>;
  /** Events of the log. */
  readonly carried: string;
  readonly failed: string;
}

interface Wait {
  readonly until: number;
  readonly ms: number;
}

export function openCourier(options: CourierOptions): Courier {
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

  /** One look at all that is open; returns when to look next. */
  async function round(): Promise<number> {
    const requestId = options.requestId();
    // A revocation waits behind no certificate.
    const errands = await Promise.all([readErrands('revocations_not_read', openRevocations, requestId), readErrands('orders_not_read', openOrders, requestId)]);
    const open = errands.flatMap((some) => some ?? []);
    if (open.length === 0) waits.clear();
    for (const errand of open) await carry(errand, requestId);
    return open.length === 0 && !errands.includes(undefined) ? (options.idleMs ?? IDLE_MS) : (options.openMs ?? OPEN_MS);
  }

  async function readErrands(event: string, read: (requestId: string) => Promise<readonly Errand[]>, requestId: string): Promise<readonly Errand[] | undefined> {
    try {
      return await read(requestId);
    } catch (cause) {
      options.log.warn(event, { requestId, code: codeOf(cause) });
      return undefined;
    }
  }

  async function openOrders(requestId: string): Promise<readonly Errand[]> {
    const { orders } = await options.sam.call('orders', {}, { requestId });
    return orders.map((order) => ({
      statement: order,
      idOf: (bytes) => decode(orderStatement, bytes).orderId,
      run: async (orderId) => {
        const { chain } = await options.ca.call('issue', { order }, { requestId });
        await options.sam.call('installCertificate', { orderId, chain }, { requestId });
      },
      carried: 'certificate_carried',
      failed: 'order_not_carried',
    }));
  }

  async function openRevocations(requestId: string): Promise<readonly Errand[]> {
    const { revocations } = await options.sam.call('revocations', {}, { requestId });
    return revocations.map((revocation) => ({
      statement: revocation,
      idOf: (bytes) => decode(revocationStatement, bytes).orderId,
      run: async (orderId) => {
        const { response } = await options.ca.call('revoke', { revocation }, { requestId });
        await options.sam.call('certificateRevoked', { orderId, response }, { requestId });
      },
      carried: 'revocation_carried',
      failed: 'revocation_not_carried',
    }));
  }

  /** One errand; what goes wrong with it holds up no other, and it is tried again, ever less often. */
  async function carry({ statement, idOf, run: work, carried, failed }: Errand, requestId: string): Promise<void> {
    let id = '';
    try {
      const orderId = idOf(statement.statement);
      id = `${carried} ${toHex(orderId)}`;
      if ((waits.get(id)?.until ?? 0) > options.monotonic()) return;
      await work(orderId);
      waits.delete(id);
      options.log.info(carried, { requestId });
    } catch (cause) {
      const ms = Math.min(REFUSED_MS_MAX, (waits.get(id)?.ms ?? (options.openMs ?? OPEN_MS) / 2) * 2);
      waits.set(id, { ms, until: options.monotonic() + ms });
      options.log.warn(failed, { requestId, code: codeOf(cause) });
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
