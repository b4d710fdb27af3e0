// SPDX-License-Identifier: Apache-2.0
import type { CscFields } from '../csc/fields.ts';
import { invalid } from '../csc/problem.ts';
import type { CertificatesWanted } from './describe.ts';

export const FIELDS_OF_BOTH = {
  certificates: { kind: 'string', what: 'none, single (default) or chain' },
  certInfo: { kind: 'boolean', what: 'names, number and dates of the certificate; they are always answered', aliases: ['cert_info'] },
  authInfo: { kind: 'boolean', what: 'how the credential is authorised; it is always answered', aliases: ['auth_info'] },
  lang: { kind: 'string', what: 'wanted language (RFC 5646)' },
  clientData: { kind: 'string', what: 'any text; it is neither stored nor returned', aliases: ['client_data'], charactersMax: 4096 },
} as const satisfies CscFields;

export function certificatesWanted(value: string | undefined): CertificatesWanted {
  if (value === undefined) return 'single';
  if (value === 'none' || value === 'single' || value === 'chain') return value;
  throw invalid('certificates');
}
