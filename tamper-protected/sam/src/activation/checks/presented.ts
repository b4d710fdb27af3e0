// SPDX-License-Identifier: Apache-2.0
import { timingSafeEqual } from 'node:crypto';
import { signatureAlgorithmOf, signatureAlgorithmParts } from '@sigillo/standards/algorithms';
import { sameBytes } from '@sigillo/standards/bytes';
import { SamRefusal } from '../../refusals.ts';

/** What was approved, as far as a presenter must match it. */
export interface ApprovedFor {
  readonly intent: {
    readonly keyId: Uint8Array;
    readonly clientId: string;
    readonly clientKeyThumbprint: Uint8Array;
    readonly hashAlgorithm: string;
    readonly signatureAlgorithm: string;
    readonly signatureParameters: Uint8Array | null;
  };
}

export interface Presented {
  readonly keyId: Uint8Array;
  readonly hashAlgorithm: string | null;
  readonly signatureAlgorithm: string;
  readonly signatureParameters: Uint8Array | null;
  readonly clientId: string;
  readonly clientKeyThumbprint: Uint8Array;
}

/** The same application with the same key of its own asks for the same signing key and algorithms that were approved. */
export function requirePresented({ intent }: ApprovedFor, given: Presented): void {
  if (given.clientId !== intent.clientId || !timingSafeEqual(given.clientKeyThumbprint, intent.clientKeyThumbprint))
    throw new SamRefusal('presenter_mismatch');
  if (!sameBytes(given.keyId, intent.keyId)) throw new SamRefusal('key_mismatch');
  if (given.hashAlgorithm !== null && given.hashAlgorithm !== intent.hashAlgorithm) throw new SamRefusal('algorithm_mismatch');
  if (
    given.signatureAlgorithm !== intent.signatureAlgorithm ||
    !sameParameters(intent.signatureAlgorithm, given.signatureParameters, intent.signatureParameters)
  )
    throw new SamRefusal('algorithm_mismatch');
}

/** Parameters are the same bytes, or spell the same algorithm: NULL and none are one for RSA PKCS #1. */
function sameParameters(oid: string, given: Uint8Array | null, approved: Uint8Array | null): boolean {
  if (given === null || approved === null ? given === approved : sameBytes(given, approved)) return true;
  try {
    const parts = [given, approved].map((parameters) => signatureAlgorithmParts(signatureAlgorithmOf({ oid, parameters })).parameters);
    return parts[0] !== null && parts[1] !== null && sameBytes(parts[0]!, parts[1]!);
  } catch {
    return false;
  }
}
