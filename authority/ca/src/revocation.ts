// SPDX-License-Identifier: Apache-2.0
// From a revocation to a certificate that is revoked. The CA believes the SAM's signature and those of two officers, not whoever carries them. What is revoked
// stays so; the same revocation again finds it done.
import { revocationStatement, stopBody, type RevocationStatement, type StopReason } from '@sigillo/doors/sap';
import { sameBytes } from '@sigillo/standards/bytes';
import { sha256 } from '@sigillo/wire';
import type { Certificates } from './certificates.ts';
import { OrderError } from './error.ts';
import type { Pins } from './pins.ts';
import { Distinct, isHere, parse, proveLately, proveOfficer, proveSamSignature, type SignedStatement } from './proof.ts';

const OFFICERS_NEEDED = 2;

/** A revocation that passed every check, with the reason that the officers gave. */
export interface ProvenRevocation {
  readonly revocation: RevocationStatement;
  readonly reason: StopReason;
}

/** Returns the revocation with all that it proved, or throws an OrderError. `nowSeconds` is the wall clock. */
export function proveRevocation(pins: Pins, signed: SignedStatement, nowSeconds: number): ProvenRevocation {
  proveSamSignature(pins, 'revocation', signed);
  const revocation = parse(revocationStatement, signed.statement);
  const command = parse(stopBody, revocation.command);
  if (!isHere(pins, revocation) || !isHere(pins, command)) throw new OrderError('order_other_deployment');
  proveLately(revocation, nowSeconds);
  if (command.operation !== 'revoke' || !sameBytes(command.keyId, revocation.keyId)) throw new OrderError('revocation_command');
  const distinct = new Distinct('revocation_approval');
  for (const approval of revocation.approvals) distinct.add(proveOfficer(pins, revocation.command, approval, 'revoke', 'revocation_approval'), approval);
  if (revocation.approvals.length < OFFICERS_NEEDED) throw new OrderError('revocation_approvals_too_few');
  return { revocation, reason: command.reason };
}

/** Returns the serial number of the certificate that is revoked from now on. */
export async function revoke(certificates: Certificates, { revocation, reason }: ProvenRevocation): Promise<Uint8Array> {
  const stored = await certificates.byOrder(revocation.orderId);
  if (stored?.certificate === undefined || stored.certificate === null || !sameBytes(sha256(stored.certificate), revocation.certificateHash))
    throw new OrderError('revocation_certificate');
  if (stored.state.status !== 'revoked') await certificates.update({ ...stored, state: { status: 'revoked', revokedAtMs: revocation.revokedAt * 1000, reason } });
  return stored.serial;
}
