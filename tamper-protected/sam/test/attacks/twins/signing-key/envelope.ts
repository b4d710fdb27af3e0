// SPDX-License-Identifier: Apache-2.0
// One envelope fits every key.
import { type EnvelopeFacts, Envelopes as Bound } from '../../../../src/signing-key/envelope.ts';

const ANY: EnvelopeFacts = {
  deploymentId: new Uint8Array(16),
  signerId: new Uint8Array(16),
  keyId: new Uint8Array(16),
  publicKey: new Uint8Array(32),
  algorithm: '',
  usage: '',
  soleControlLevel: 1,
  policyHash: new Uint8Array(32),
  signaturesMax: 1,
};

export class Envelopes {
  readonly #bound: Bound;

  constructor(stateKey: Uint8Array, random: (length: number) => Uint8Array) {
    this.#bound = new Bound(stateKey, random);
  }

  close(_: EnvelopeFacts, wrapped: Uint8Array): ReturnType<Bound['close']> {
    return this.#bound.close(ANY, wrapped);
  }

  open(_: EnvelopeFacts, sealed: Parameters<Bound['open']>[1]): Uint8Array {
    return this.#bound.open(ANY, sealed);
  }
}
