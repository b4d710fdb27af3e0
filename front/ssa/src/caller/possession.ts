// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type DpopPossession, type DpopRequest, type EcPublicJwk, replayMemory, verifyDpopProof } from '@sigillo/standards/oauth';
import { RecentMap, sha256 } from '@sigillo/wire';

const KEYS_MAX = 5000;
const PROOFS_MAX = 500_000;

/** Checks DPoP proofs; keys are imported once, each proof is taken once. */
export class Possession {
  readonly #nowSeconds: () => number;
  readonly #keys = new RecentMap<string, KeyObject>(KEYS_MAX);
  readonly #headers = new RecentMap<string, DpopPossession>(KEYS_MAX);
  readonly #memory = replayMemory(PROOFS_MAX);

  constructor(nowSeconds: () => number) {
    this.#nowSeconds = nowSeconds;
  }

  prove(request: DpopRequest): Promise<DpopPossession> {
    const powers = { sha256, verify: this.#verify, memory: this.#memory, headers: this.#headers };
    return verifyDpopProof(request, powers, { nowSeconds: this.#nowSeconds() });
  }

  readonly #verify = (jwk: EcPublicJwk, signingInput: Uint8Array, signature: Uint8Array): void => {
    const key = { key: this.#keyOf(jwk), dsaEncoding: 'ieee-p1363' } as const;
    if (!verify('sha256', signingInput, key, signature)) throw new Error('the proof is not signed by its key');
  };

  #keyOf(jwk: EcPublicJwk): KeyObject {
    const name = `${jwk.x}.${jwk.y}`;
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    this.#keys.set(name, key);
    return key;
  }
}
