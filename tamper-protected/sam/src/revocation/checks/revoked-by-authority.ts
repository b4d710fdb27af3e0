// SPDX-License-Identifier: Apache-2.0
import { verifyStatus } from '@sigillo/standards/ocsp';
import { type Certificate, verifyChain } from '@sigillo/standards/x509';
import { digest, verifySignature } from '@sigillo/wire';
import { refuseAs, SamRefusal } from '../../refusals.ts';

/** The issuer itself says that it has revoked the certificate: an answer that lasts, so its age does not matter. Returns since when, in milliseconds. */
export function requireRevoked(response: Uint8Array, certificate: Certificate, issuers: readonly Certificate[], roots: readonly Certificate[], nowMs: number): number {
  const { certificateStatus } = refuseAs('certificate_not_revoked', () => {
    const atMs = Math.min(nowMs, certificate.notAfterMs);
    const [, issuer] = verifyChain(certificate, { anchors: roots, verify: verifySignature }, { candidates: issuers, atMs });
    return verifyStatus(response, { certificate, issuer: issuer! }, { digest, verify: verifySignature });
  });
  if (certificateStatus.status !== 'revoked') throw new SamRefusal('certificate_not_revoked');
  return certificateStatus.revokedAtMs;
}
