// SPDX-License-Identifier: Apache-2.0
// `credentials/list` (CSC API v2.0.0.2 section 11.4): the credentials of the user of the token. An application that acts for itself has
// none to list.
import type { Credential, SamDoor } from '@sigillo/doors/sam';
import { fromHex, toHex } from '@sigillo/standards/bytes';
import type { ServiceCaller } from '../caller/caller.ts';
import { type CscFields, readFields } from '../csc/fields.ts';
import { invalid, invalidRequest } from '../csc/problem.ts';
import type { Line } from '../line/line.ts';
import { describeCredential, isUsable } from './describe.ts';
import { certificatesWanted, FIELDS_OF_BOTH } from './fields.ts';
import { isShown } from './find.ts';

export const LIST_FIELDS = {
  userID: { kind: 'string', what: 'must be absent: the token names the user', aliases: ['user_id'] },
  credentialInfo: { kind: 'boolean', what: 'also describe each credential', aliases: ['credential_info'] },
  onlyValid: { kind: 'boolean', what: 'only credentials that can sign now', aliases: ['only_valid'] },
  ...FIELDS_OF_BOTH,
} as const satisfies CscFields;

export async function listCredentials(
  sam: Line<SamDoor>,
  caller: ServiceCaller,
  body: unknown,
  context: { readonly requestId: string; readonly nowSeconds: number },
): Promise<Readonly<Record<string, unknown>>> {
  const fields = readFields(LIST_FIELDS, body);
  if (caller.subject === undefined) throw invalid('userID');
  if (fields.userID !== undefined) throw invalidRequest('userID parameter MUST be null');
  const certificates = certificatesWanted(fields.certificates);
  const { credentials } = await sam.call('credentials', { signerId: signerIdOf(caller.subject) }, context.requestId);
  const shown = credentials.filter((credential) => isShown(credential) && (fields.onlyValid !== true || isUsable(credential, context.nowSeconds)));
  const describe = (credential: Credential): object => ({
    credentialID: toHex(credential.keyId),
    ...describeCredential(credential, { certificates, nowSeconds: context.nowSeconds, withLabel: true }),
  });
  return {
    credentialIDs: shown.map(({ keyId }) => toHex(keyId)),
    ...(fields.credentialInfo === true ? { credentialInfos: shown.map(describe) } : {}),
    ...(fields.onlyValid === true ? { onlyValid: true } : {}),
  };
}

function signerIdOf(subject: string): Uint8Array {
  if (!/^[0-9a-f]{32}$/.test(subject)) throw invalid('userID');
  return fromHex(subject);
}
