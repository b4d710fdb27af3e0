// SPDX-License-Identifier: Apache-2.0
import { utf8 } from '@sigillo/standards/bytes';
import { openBytes, sealBytes } from './sealed-bytes.ts';

/** A subject's key, and what it is for: text that says where the plain bytes belong. */
export class SubjectKey {
  readonly #key: Uint8Array;
  readonly #random: (length: number) => Uint8Array;

  constructor(key: Uint8Array, random: (length: number) => Uint8Array) {
    this.#key = key;
    this.#random = random;
  }

  seal(context: string, plain: Uint8Array): Uint8Array {
    return sealBytes(this.#key, utf8(context), plain, this.#random);
  }

  open(context: string, sealed: Uint8Array): Uint8Array {
    return openBytes(this.#key, utf8(context), sealed);
  }
}
