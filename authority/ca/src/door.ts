// SPDX-License-Identifier: Apache-2.0
// The CA's link door: what the SSA carries from the SAM. `issue` for an order, `revoke` for a revocation.
import type { CaDoor } from '@sigillo/doors/ca';
import { Refusal, type Handlers } from '@sigillo/wire';
import { OrderError } from './error.ts';
import { issue, type Issuer } from './issue.ts';
import { proveOrder } from './order.ts';
import { proveRevocation, revoke } from './revocation.ts';
import type { Status } from './status.ts';

export function caHandlers(issuer: Issuer, status: Status): Handlers<CaDoor> {
  const now = (): number => Math.floor(issuer.now() / 1000);
  return {
    issue: ({ order }) =>
      refusing(async () => ({ chain: [await issue(issuer, proveOrder(issuer.pins, order, now())), issuer.issuing.encoded] })),
    revoke: ({ revocation }) =>
      refusing(async () => {
        const serial = await revoke(issuer.certificates, proveRevocation(issuer.pins, revocation, now()));
        status.refresh();
        return { response: await status.about(serial) };
      }),
  };
}

async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof OrderError) throw new Refusal(cause.code, { cause });
    throw cause;
  }
}
