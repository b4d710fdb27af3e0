// SPDX-License-Identifier: Apache-2.0
// `credentials/info` (CSC API v2.0.0.2 section 11.5). A credential token may ask for its own credential.
import type { SamDoor } from '@sigillo/doors/sam';
import type { CredentialCaller, ServiceCaller } from '../caller/caller.ts';
import { type CscFields, readFields } from '../csc/fields.ts';
import { missing } from '../csc/problem.ts';
import type { Line } from '../line/line.ts';
import { describeCredential } from './describe.ts';
import { certificatesWanted, FIELDS_OF_BOTH } from './fields.ts';
import { findCredential } from './find.ts';

export const INFO_FIELDS = {
  credentialID: { kind: 'string', what: 'which credential', aliases: ['credentialId', 'credential_id'] },
  ...FIELDS_OF_BOTH,
} as const satisfies CscFields;

export async function credentialInfo(
  sam: Line<SamDoor>,
  caller: ServiceCaller | CredentialCaller,
  body: unknown,
  context: { readonly requestId: string; readonly nowSeconds: number },
): Promise<Readonly<Record<string, unknown>>> {
  const fields = readFields(INFO_FIELDS, body);
  if (fields.credentialID === undefined) throw missing('string', 'credentialID');
  const certificates = certificatesWanted(fields.certificates);
  const credential = await findCredential(sam, caller, fields.credentialID, context.requestId);
  return describeCredential(credential, { certificates, nowSeconds: context.nowSeconds, withLabel: caller.subject !== undefined });
}
