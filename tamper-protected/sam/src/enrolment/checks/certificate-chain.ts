// SPDX-License-Identifier: Apache-2.0
import { type Certificate, verifyChain } from '@sigillo/standards/x509';
import { verifySignature } from '@sigillo/wire';
import { refuseAs } from '../../refusals.ts';

/** Issued under a root of this deployment. */
export function requireOurAuthority(
  certificate: Certificate,
  issuers: readonly Certificate[],
  roots: readonly Certificate[],
  nowMs: number,
): void {
  refuseAs('certificate_chain', () =>
    verifyChain(certificate, { anchors: roots, verify: verifySignature }, { candidates: issuers, atMs: nowMs }),
  );
}
