// SPDX-License-Identifier: Apache-2.0
// The CA's link door: one message, `issue`, from the SSA.
import type { CaDoor } from '@sigillo/doors/ca';
import { Refusal, type Handlers } from '@sigillo/wire';
import { OrderError } from './error.ts';
import { issue, type Issuer } from './issue.ts';
import { proveOrder } from './order.ts';

export function issuingHandlers(issuer: Issuer): Handlers<CaDoor> {
  return {
    issue: async ({ order }) => {
      try {
        const proven = proveOrder(issuer.pins, order, Math.floor(issuer.now() / 1000));
        return { chain: [await issue(issuer, proven), issuer.issuing.encoded] };
      } catch (cause) {
        if (cause instanceof OrderError) throw new Refusal(cause.code, { cause });
        throw cause;
      }
    },
  };
}
