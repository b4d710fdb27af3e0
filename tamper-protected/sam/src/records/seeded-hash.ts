// SPDX-License-Identifier: Apache-2.0
// HalfSipHash-2-4 (Aumasson and Bernstein), 32 bits of it, over whole words: where an id stands in a table depends on a secret, so nobody
// can choose ids that all stand in one place.
export interface HashSeed {
  readonly low: number;
  readonly high: number;
}

export const SEED_BYTES = 8;

export function seedOf(bytes: Uint8Array): HashSeed {
  const view = new DataView(bytes.buffer, bytes.byteOffset, SEED_BYTES);
  return { low: view.getInt32(0, true), high: view.getInt32(4, true) };
}

export function seededHash({ low, high }: HashSeed, words: Uint32Array, count: number): number {
  let v0 = low | 0;
  let v1 = high | 0;
  let v2 = 0x6c796765 ^ low;
  let v3 = 0x74656462 ^ high;
  // The words, then one that holds the length, then the end's four rounds.
  for (let i = 0; i <= count + 1; i++) {
    const word = i < count ? words[i]! | 0 : i === count ? (4 * count) << 24 : 0;
    if (i > count) v2 ^= 0xff;
    v3 ^= word;
    for (let round = i > count ? 4 : 2; round > 0; round--) {
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    v0 ^= word;
  }
  return (v1 ^ v3) >>> 0;
}
