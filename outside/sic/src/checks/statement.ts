// SPDX-License-Identifier: Apache-2.0
// Every answer of the SAM comes through the hands of others. A statement counts when the pinned key signed it for this kind of answer,
// it belongs to this deployment and this SAM, and it contains the nonce of this very call (`flow.md` 2).
import { signedPreimage, type StatementType } from '@sigillo/doors/sap';
import { decode, type Schema } from '@sigillo/doors/schema';
import { sameBytes } from '@sigillo/standards/bytes';
import { verifyStatementSignature } from '../crypto/verify.ts';
import type { Pins } from '../pins.ts';
import { CheckError } from './error.ts';

/** A statement as it arrived: bytes and signature, nothing known yet. */
export interface SignedAnswer {
  readonly statement: Uint8Array;
  readonly signature: Uint8Array;
}

export async function openStatement<T extends { readonly pageNonce: Uint8Array }>(
  type: StatementType,
  schema: Schema<T>,
  answer: SignedAnswer,
  pins: Pins,
  pageNonce: Uint8Array,
): Promise<T> {
  await requireSignature(type, answer, pins);
  const value = read(schema, answer.statement);
  if (!sameBytes(value.pageNonce, pageNonce)) throw new CheckError('statement_nonce');
  return value;
}

/** The body inside a statement, whose exact bytes a passkey is going to sign. */
export function openBody<T>(schema: Schema<T>, encoding: Uint8Array): T {
  return read(schema, encoding);
}

export function requireOurs(value: { readonly deploymentId: Uint8Array; readonly samId: Uint8Array }, pins: Pins): void {
  if (!sameBytes(value.deploymentId, pins.deploymentId)) throw new CheckError('statement_deployment');
  if (!sameBytes(value.samId, pins.samId)) throw new CheckError('statement_sam');
}

async function requireSignature(type: StatementType, answer: SignedAnswer, pins: Pins): Promise<void> {
  try {
    await verifyStatementSignature(pins.samIdentityKey, signedPreimage(type, answer.statement), answer.signature);
  } catch (cause) {
    throw new CheckError('statement_signature', cause);
  }
}

function read<T>(schema: Schema<T>, encoding: Uint8Array): T {
  try {
    return decode(schema, encoding);
  } catch (cause) {
    throw new CheckError('statement_malformed', cause);
  }
}
