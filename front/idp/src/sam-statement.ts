// SPDX-License-Identifier: Apache-2.0
// Statements that the SAM signed. The key, the deployment and the SAM are pinned; the type is part of what was signed, so a statement of
// one kind is none of another.
import { verify, type KeyObject } from 'node:crypto';
import { signedPreimage, type StatementType } from '@sigillo/doors/sap';
import { decode, type Schema } from '@sigillo/doors/schema';
import { fromBase64url, sameBytes } from '@sigillo/standards/bytes';
import { refuse } from './refusals.ts';

export interface SamPins {
  readonly key: KeyObject;
  readonly deploymentId: Uint8Array;
  readonly samId: Uint8Array;
}

/** A statement and its signature, both in base64url. */
export interface SignedText {
  readonly statement: string;
  readonly signature: string;
}

interface Pinned {
  readonly deploymentId: Uint8Array;
  readonly samId: Uint8Array;
}

const SIGNATURE_LENGTH = 64;

/** What the SAM said. */
export function openStatement<T extends Pinned>(pins: SamPins, type: StatementType, schema: Schema<T>, signed: SignedText): T {
  const bytes = fromText(signed.statement);
  const signature = fromText(signed.signature);
  const key = { key: pins.key, dsaEncoding: 'ieee-p1363' } as const;
  const ours = signature.length === SIGNATURE_LENGTH && verify('sha256', signedPreimage(type, bytes), key, signature);
  if (!ours) throw refuse('statement_signature');
  const said = decoded(schema, bytes);
  if (!sameBytes(said.deploymentId, pins.deploymentId) || !sameBytes(said.samId, pins.samId)) throw refuse('statement_other_deployment');
  return said;
}

function fromText(text: string): Uint8Array {
  try {
    return fromBase64url(text);
  } catch (cause) {
    throw refuse('statement_malformed', cause);
  }
}

function decoded<T>(schema: Schema<T>, bytes: Uint8Array): T {
  try {
    return decode(schema, bytes);
  } catch (cause) {
    throw refuse('statement_malformed', cause);
  }
}
