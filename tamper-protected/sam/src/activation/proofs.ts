// SPDX-License-Identifier: Apache-2.0
// From what the network brought to what the crypto module may be asked: each step takes a value that cannot exist unless the step before
// passed.
//   SealedSad → open → SignatureActivationData → verify → AuthorisedActivation → journal → RecordedActivation → spend
// The brand says so to the compiler, the set of unspent values to the running program: a value counts once.
import type { ValueOf } from '@sigillo/doors/schema';
import type { assertion } from '@sigillo/doors/sap';
import { SamRefusal } from '../refusals.ts';
import type { AuthorisedOperation, IssuedOperation } from './operations.ts';

export type Assertion = ValueOf<typeof assertion>;

/** As the SSA carried it; nothing is known about it. */
export interface SealedSad {
  readonly challenge: Uint8Array;
  readonly assertion: Assertion;
  readonly sealed: Uint8Array | null;
}

declare const opened: unique symbol;
declare const proven: unique symbol;
declare const recorded: unique symbol;

/** The opened data. What it claims is not proven yet. */
export type SignatureActivationData = {
  readonly challenge: Uint8Array;
  readonly assertion: Assertion;
  /** User factors that mix into the activation secret; none until pages send them. */
  readonly userFactors: null;
  readonly [opened]: true;
};

/** The signer's passkey answered for exactly this intent, in time, and everything about it still holds. */
export type AuthorisedActivation = {
  readonly operation: IssuedOperation;
  readonly passkeyRowId: Uint8Array;
  readonly signCount: number;
  /** The signing key as the crypto module wrapped it. */
  readonly wrapped: Uint8Array;
  readonly [proven]: true;
};

/** These items of an approved operation are written down as executing, durably. */
export type RecordedActivation = {
  readonly operation: AuthorisedOperation;
  readonly indices: readonly number[];
  readonly record: number;
  readonly [recorded]: true;
};

const unspent: WeakSet<object> = new WeakSet();

/** Freezes the fields and counts them as unspent; the caller names the brand. */
function unspentValue(fields: object): object {
  const value = Object.freeze({ ...fields });
  unspent.add(value);
  return value;
}

/** Whoever takes a proof has used it up. A value that was not made here, or was taken before, is none. */
export function takeProof(value: SignatureActivationData | AuthorisedActivation | RecordedActivation): void {
  if (!unspent.delete(value)) throw new SamRefusal('state_changed');
}

/** Only `open.ts` calls this. */
export function openedSad(fields: Omit<SignatureActivationData, typeof opened>): SignatureActivationData {
  return unspentValue(fields) as SignatureActivationData;
}

/** Only `verify-answer.ts` calls this. */
export function authorisedActivation(fields: Omit<AuthorisedActivation, typeof proven>): AuthorisedActivation {
  return unspentValue(fields) as AuthorisedActivation;
}

/** Only `execute.ts` calls this, after the record of EXECUTING is durable. */
export function recordedActivation(fields: Omit<RecordedActivation, typeof recorded>): RecordedActivation {
  return unspentValue(fields) as RecordedActivation;
}
