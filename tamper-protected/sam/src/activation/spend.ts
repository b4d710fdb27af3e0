// SPDX-License-Identifier: Apache-2.0
// The only place that asks the crypto module to sign given data with a signer's key. It takes a RecordedActivation, nothing weaker: proven
// by the signer's passkey, written down as executing, and not spent before.
import type { SignOutcome } from '../crypto-module.ts';
import type { State } from '../state.ts';
import { type RecordedActivation, takeProof } from './proofs.ts';

export function spend(state: State, activation: RecordedActivation): Promise<SignOutcome> {
  takeProof(activation);
  const { issued, wrapped, left, deadline } = activation.operation;
  const { intent, items, key, challenge } = issued;
  return state.cryptoModule.sign(
    wrapped,
    activation.indices.map((index) => ({
      operation: challenge,
      index,
      keyId: intent.keyId,
      publicKey: key.publicKey,
      signatureAlgorithm: intent.signatureAlgorithm,
      signatureParameters: intent.signatureParameters,
      hashAlgorithm: intent.hashAlgorithm,
      digest: items[index]!.dtbsr,
    })),
    left === 0 ? 0 : deadline,
  );
}
