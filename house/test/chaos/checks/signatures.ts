// SPDX-License-Identifier: Apache-2.0
// Every signature that a client holds verifies, stands in the record as released, and is the only one that anybody has for this item.
import { createPublicKey, verify } from 'node:crypto';
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import { type Account, type Approved, nameOf } from '../account.ts';
import type { Operation, SamRecord } from '../record.ts';
import { insist } from '../violation.ts';

/** How many signatures the clients hold. */
export function signaturesStand({ approvals }: Account, { operations }: SamRecord): number {
  let held = 0;
  for (const approved of approvals) {
    const operation = operations.get(toHex(approved.challenge));
    for (const { items, signatures } of approved.calls) {
      if (signatures === undefined) continue;
      insist(operation !== undefined, 'a signature of an approval that the record does not know');
      for (const [n, item] of items.entries()) {
        stands(approved, operation, nameOf(item), item.content, signatures[n]!);
        held += 1;
      }
    }
  }
  return held;
}

function stands({ publicKey }: Approved, { dtbsrs, released, challenge }: Operation, name: string, content: Uint8Array, signature: Uint8Array): void {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  insist(verify('sha256', content, key, signature), `a signature of ${challenge} does not verify`);
  const index = dtbsrs.indexOf(name);
  const at = released.find(({ indices }) => indices.includes(index));
  insist(index >= 0 && at !== undefined, `a client holds a signature of ${challenge} that was never released`);
  insist(sameBytes(at.signatures[at.indices.indexOf(index)]!, signature), `a client holds another signature of ${challenge} than the released one`);
}
