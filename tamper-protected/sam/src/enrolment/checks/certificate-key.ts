// SPDX-License-Identifier: Apache-2.0
import { sameBytes } from '@sigillo/standards/bytes';
import type { Certificate } from '@sigillo/standards/x509';
import { SamRefusal } from '../../refusals.ts';

/** The certificate is for the key that was made. */
export function requireCertifiedKey(certificate: Certificate, publicKey: Uint8Array): void {
  if (!sameBytes(certificate.spki, publicKey)) throw new SamRefusal('certificate_key');
}
