// SPDX-License-Identifier: Apache-2.0
// Random damage, the same for the same seed: bits turned, bytes replaced, the end cut or grown, a piece of another blob put in. Never the
// bytes as they were.
const KINDS = 6;

export interface Mutations {
  next(bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array;
}

/** How many: so many in every run, a million where the whole house is tested. */
export const MUTATIONS: number = process.env['SIGILLO_FULL'] === '1' ? 1_000_000 : 20_000;

export function mutations(seed: number): Mutations {
  let state = seed >>> 0 || 1;
  // Marsaglia's xorshift: good enough to choose damage with.
  const below = (limit: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  const damaged = (bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array => {
    const copy = Uint8Array.from(bytes);
    const at = below(copy.length);
    switch (below(KINDS)) {
      case 0:
        copy[at]! ^= 1 << below(8);
        return copy;
      case 1:
        for (let i = below(8); i >= 0; i--) copy[below(copy.length)] = below(256);
        return copy;
      case 2:
        return copy.subarray(0, at);
      case 3:
        return Uint8Array.from([...copy, ...Array.from({ length: 1 + below(20) }, () => below(256))]);
      case 4: {
        const other = others[below(others.length)]!;
        copy.set(other.subarray(at, at + 1 + below(64)).subarray(0, copy.length - at), at);
        return copy;
      }
      default: {
        const other = others[below(others.length)]!;
        return Uint8Array.from([...copy.subarray(0, at), ...other.subarray(below(other.length))]);
      }
    }
  };
  return {
    next(bytes, others) {
      for (;;) {
        const made = damaged(bytes, others);
        if (!Buffer.from(made).equals(bytes) && !others.some((other) => Buffer.from(made).equals(other))) return made;
      }
    },
  };
}
