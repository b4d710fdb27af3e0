// SPDX-License-Identifier: Apache-2.0
// Signing keys as the CSC door shows them: a credential outside, a signing key inside.
import { type Credential } from '@sigillo/doors/sam';
import { signatureAlgorithmsOf } from './activation/algorithm.ts';
import type { SigningKeyRow } from './records/tables.ts';
import { openChain } from './signing-key/chain.ts';
import type { State } from './state.ts';

export async function credentialsOf(state: State, signerId: Uint8Array): Promise<{ readonly credentials: readonly Credential[] }> {
  const credentials: Credential[] = [];
  for (const keyId of state.memory.signer(signerId).keys) {
    const { credential } = await credentialOf(state, keyId);
    if (credential !== null) credentials.push(credential);
  }
  return { credentials };
}

export async function credentialOf(state: State, keyId: Uint8Array): Promise<{ readonly credential: Credential | null }> {
  const key = await state.rows.read('signing_key', keyId);
  // A key without a certificate is nobody's credential yet.
  if (key === undefined || key.chain === null) return { credential: null };
  return { credential: await show(state, keyId, key) };
}

async function show(state: State, keyId: Uint8Array, key: SigningKeyRow): Promise<Credential> {
  const subjectKey = await state.subjectKeys.of(key.signerId);
  const expired = key.state === 'active' && key.notAfter !== null && state.clock.seconds() > key.notAfter;
  return {
    keyId,
    signerId: key.signerId,
    label: key.label,
    state: expired ? 'expired' : key.state,
    algorithm: key.algorithm,
    signatureAlgorithms: signatureAlgorithmsOf(key.publicKey),
    level: { soleControlLevel: key.soleControlLevel, claim: key.claim },
    chain: openChain(subjectKey, keyId, key),
    signaturesMax: Math.min(key.signaturesMax, state.deployment.policy.signaturesMax),
  };
}
