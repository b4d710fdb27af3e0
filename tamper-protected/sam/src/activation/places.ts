// SPDX-License-Identifier: Apache-2.0
import { toHex } from '@sigillo/standards/bytes';

/** Where each digest stands in an approved list, first place first: a call of a thousand hashes is matched in one pass. */
export type Places = ReadonlyMap<string, readonly number[]>;

export function placesOf(items: readonly { readonly dtbsr: Uint8Array }[]): Places {
  const places = new Map<string, number[]>();
  for (const [index, { dtbsr }] of items.entries()) {
    const name = toHex(dtbsr);
    const known = places.get(name);
    if (known === undefined) places.set(name, [index]);
    else known.push(index);
  }
  return places;
}
