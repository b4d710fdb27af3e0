// SPDX-License-Identifier: Apache-2.0
// Names and signatures are encrypted under a key of their subject's own. The keys stand in the database, wrapped under the state key, and
// nowhere in the journal: who deletes a subject's key has erased the names without touching the chain.
import { toHex } from '@sigillo/standards/bytes';
import { RecentMap } from '@sigillo/wire';
import type { Database } from './database.ts';
import { derivedKey } from './hash.ts';
import { SamRefusal } from './refusals.ts';
import { openBytes, sealBytes } from './sealed-bytes.ts';
import { SubjectKey } from './subject-key.ts';

const CACHE_MAX = 20_000;

export class SubjectKeys {
  readonly #database: Database;
  readonly #wrapping: Uint8Array;
  readonly #random: (length: number) => Uint8Array;
  readonly #cache = new RecentMap<string, SubjectKey>(CACHE_MAX);

  constructor(database: Database, stateKey: Uint8Array, random: (length: number) => Uint8Array) {
    this.#database = database;
    this.#wrapping = derivedKey(stateKey, 'sigillo/sam/subject-key/1');
    this.#random = random;
  }

  /** Makes the key of a new subject; it is in the database before anything is encrypted under it. */
  async create(signerId: Uint8Array): Promise<SubjectKey> {
    const plain = this.#random(32);
    await this.#database.putSubjectKey(signerId, sealBytes(this.#wrapping, signerId, plain, this.#random));
    return this.#remember(signerId, new SubjectKey(plain, this.#random));
  }

  async of(signerId: Uint8Array): Promise<SubjectKey> {
    const cached = this.#cache.get(toHex(signerId));
    if (cached !== undefined) return cached;
    const wrapped = await this.#database.getSubjectKey(signerId);
    if (wrapped === undefined) throw new SamRefusal('subject_key_missing');
    let plain: Uint8Array;
    try {
      plain = openBytes(this.#wrapping, signerId, wrapped);
    } catch (cause) {
      throw new SamRefusal('subject_key_missing', { cause });
    }
    return this.#remember(signerId, new SubjectKey(plain, this.#random));
  }

  #remember(signerId: Uint8Array, key: SubjectKey): SubjectKey {
    this.#cache.set(toHex(signerId), key);
    return key;
  }
}
