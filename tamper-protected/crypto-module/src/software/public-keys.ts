// SPDX-License-Identifier: Apache-2.0
import { freeKey, loadPublicKey, type NativeKey } from './openssl.ts';

const KEPT_MAX = 4096;

/** Public keys that stay loaded, the ones used lately; loading one takes a fifth of the time of a check. */
export class PublicKeys {
  readonly #loaded = new Map<string, NativeKey>();

  of(spki: Uint8Array): NativeKey {
    const name = Buffer.from(spki.buffer, spki.byteOffset, spki.length).toString('latin1');
    const known = this.#loaded.get(name);
    if (known !== undefined) return known;
    const key = loadPublicKey(spki);
    if (this.#loaded.size >= KEPT_MAX) this.#dropOldest();
    this.#loaded.set(name, key);
    return key;
  }

  #dropOldest(): void {
    const [name, key] = this.#loaded.entries().next().value!;
    this.#loaded.delete(name);
    freeKey(key);
  }
}
