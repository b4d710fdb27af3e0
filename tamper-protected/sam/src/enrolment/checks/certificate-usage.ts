// SPDX-License-Identifier: Apache-2.0
import type { Certificate } from '@sigillo/standards/x509';
import { SamRefusal } from '../../refusals.ts';

/** For signatures of a person and nothing else. */
export function requireSignaturesOnly({ extensions }: Certificate): void {
  const usages = [...(extensions.keyUsage ?? [])];
  const signing =
    usages.includes('contentCommitment') && usages.every((usage) => usage === 'contentCommitment' || usage === 'digitalSignature');
  if (!signing || extensions.basicConstraints?.ca === true) throw new SamRefusal('certificate_usage');
}
