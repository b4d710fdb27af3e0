// SPDX-License-Identifier: Apache-2.0
import { sameBytes } from '@sigillo/standards/bytes';
import type { Certificate } from '@sigillo/standards/x509';
import { SamRefusal } from '../../refusals.ts';

/** The certificate is for the name that was approved. */
export function requireCertifiedSubject(certificate: Certificate, subject: Uint8Array): void {
  if (!sameBytes(certificate.subject.encoded, subject)) throw new SamRefusal('certificate_subject');
}
