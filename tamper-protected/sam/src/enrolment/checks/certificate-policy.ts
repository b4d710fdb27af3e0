// SPDX-License-Identifier: Apache-2.0
import type { Certificate } from '@sigillo/standards/x509';
import { SamRefusal } from '../../refusals.ts';

/** Issued under the policy of this deployment. */
export function requireCertificatePolicy(certificate: Certificate, policy: string): void {
  if (!certificate.extensions.certificatePolicies.includes(policy)) throw new SamRefusal('certificate_policy');
}
