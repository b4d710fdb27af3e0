// SPDX-License-Identifier: Apache-2.0
// What was acknowledged stands in the record for ever: approvals with a receipt, stops of keys, and every group that an earlier look has seen.
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import type { Account } from '../account.ts';
import type { SamRecord } from '../record.ts';
import { insist } from '../violation.ts';

export function acknowledgedStands({ approvals, stopped }: Account, record: SamRecord): void {
  for (const { challenge, acknowledged } of approvals) insist(!acknowledged || record.operations.has(toHex(challenge)), `the approval ${toHex(challenge)} was acknowledged and is gone`);
  for (const { keyId, revoked } of stopped) insist((revoked ? record.revoked : record.stopped).has(keyId), `the stop of ${keyId} was acknowledged and is gone`);
}

/** The record only grows. */
export function continues(earlier: SamRecord | undefined, now: SamRecord): void {
  if (earlier === undefined) return;
  insist(now.groups.length >= earlier.groups.length, `the record had ${earlier.groups.length} groups and has ${now.groups.length}`);
  for (const [n, group] of earlier.groups.entries()) insist(sameBytes(group.mac, now.groups[n]!.mac), `group ${group.number} of the record is another than before`);
}
