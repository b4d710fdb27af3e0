// SPDX-License-Identifier: Apache-2.0
// Around the key that the crypto module wrapped lies a second envelope, bound to everything that the key may be used for; its own key is
// sealed under the state key, bound to the signing key (`security.md` 3.10). A blob that was moved to another key or another signer does
// not open.
import { encode, map, text, uint } from '@sigillo/doors/schema';
import { bytes32, id, LIST_MAX } from '@sigillo/doors/sap';
import { utf8, concat } from '@sigillo/standards/bytes';
import { derivedKey, sha256 } from '../hash.ts';
import { openBytes, sealBytes } from '../sealed-bytes.ts';

const envelopeData = map({
  tag: { key: 1, of: text(32), what: 'what this is' },
  deploymentId: { key: 2, of: id, what: 'this deployment' },
  signerId: { key: 3, of: id, what: 'whose key' },
  keyId: { key: 4, of: id, what: 'which key' },
  publicKeyHash: { key: 5, of: bytes32, what: 'SHA-256 of SubjectPublicKeyInfo' },
  algorithm: { key: 6, of: text(32), what: 'of the key' },
  usage: { key: 7, of: text(32), what: 'of the key' },
  soleControlLevel: { key: 8, of: uint(2), what: '1 or 2' },
  policyHash: { key: 9, of: bytes32, what: 'under which it was made' },
  signaturesMax: { key: 10, of: uint(LIST_MAX), what: 'under one approval' },
});

export interface EnvelopeFacts {
  readonly deploymentId: Uint8Array;
  readonly signerId: Uint8Array;
  readonly keyId: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly algorithm: string;
  readonly usage: string;
  readonly soleControlLevel: number;
  readonly policyHash: Uint8Array;
  readonly signaturesMax: number;
}

export class Envelopes {
  readonly #sealing: Uint8Array;
  readonly #random: (length: number) => Uint8Array;

  constructor(stateKey: Uint8Array, random: (length: number) => Uint8Array) {
    this.#sealing = derivedKey(stateKey, 'sigillo/sam/activation-key/1');
    this.#random = random;
  }

  close(facts: EnvelopeFacts, wrapped: Uint8Array): { readonly envelope: Uint8Array; readonly activation: Uint8Array } {
    const key = this.#random(32);
    const envelope = sealBytes(key, associated(facts), wrapped, this.#random);
    const activation = sealBytes(this.#sealing, activationData(facts.keyId), key, this.#random);
    key.fill(0);
    return { envelope, activation };
  }

  /** The wrapped key; throws where anything about it is other than it was. */
  open(facts: EnvelopeFacts, sealed: { readonly envelope: Uint8Array; readonly activation: Uint8Array }): Uint8Array {
    const key = openBytes(this.#sealing, activationData(facts.keyId), sealed.activation);
    try {
      return openBytes(key, associated(facts), sealed.envelope);
    } finally {
      key.fill(0);
    }
  }
}

function associated(facts: EnvelopeFacts): Uint8Array {
  const { deploymentId, signerId, keyId, publicKey, algorithm, usage, soleControlLevel, policyHash, signaturesMax } = facts;
  return encode(envelopeData, {
    tag: 'sigillo/envelope/1',
    deploymentId,
    signerId,
    keyId,
    publicKeyHash: sha256(publicKey),
    algorithm,
    usage,
    soleControlLevel,
    policyHash,
    signaturesMax,
  });
}

function activationData(keyId: Uint8Array): Uint8Array {
  return concat(utf8('sigillo/activation/1\0'), keyId);
}
