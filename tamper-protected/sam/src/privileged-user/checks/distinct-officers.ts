// SPDX-License-Identifier: Apache-2.0
import { sameBytes } from '@sigillo/standards/bytes';
import { SamRefusal } from '../../refusals.ts';
import type { Acting } from '../officer-approval.ts';

/**
 * Nobody acts twice: not the same officer, not the same person by another name, not the same authenticator, not the same key under another
 * id.
 */
export function requireDistinct(one: Acting, earlier: readonly Acting[]): void {
  for (const other of earlier) if (samePerson(one, other) || sameAuthenticator(one, other)) throw new SamRefusal('officer_repeated');
}

function samePerson(one: Acting, other: Acting): boolean {
  return sameBytes(other.given.officerId, one.given.officerId) || sameBytes(other.officer.personId, one.officer.personId);
}

function sameAuthenticator(one: Acting, other: Acting): boolean {
  if (sameBytes(one.given.assertion.credentialId, other.given.assertion.credentialId)) return true;
  const [mine, theirs] = [keyOf(one), keyOf(other)];
  return mine !== undefined && theirs !== undefined && sameBytes(mine, theirs);
}

function keyOf({ officer, given }: Acting): Uint8Array | undefined {
  return officer.authenticators.find(({ credentialId }) => sameBytes(credentialId, given.assertion.credentialId))?.coseKey;
}
