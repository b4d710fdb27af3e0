// SPDX-License-Identifier: Apache-2.0
// The newest number of a signer's history that this browser has seen: a history that ends before it has been cut.
import { toHex } from '@sigillo/standards/bytes';
import type { Shelf } from './stored.ts';

export function lastSeen(shelf: Shelf, signerId: Uint8Array): number {
  const value = shelf.get(`seen.${toHex(signerId)}`);
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

export function keepLastSeen(shelf: Shelf, signerId: Uint8Array, number: number): void {
  if (number > lastSeen(shelf, signerId)) shelf.put(`seen.${toHex(signerId)}`, number);
}
