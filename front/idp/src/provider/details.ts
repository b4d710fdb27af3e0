// SPDX-License-Identifier: Apache-2.0
// `authorization_details` between approval and token: what was approved is what the grant says; the copy in a token request may differ in
// spelling only.
import { errors, type AuthorizationDetail, type KoaContextWithOIDC } from 'oidc-provider';
import { concat, sameBytes } from '@sigillo/standards/bytes';
import { parseDetails } from '../credential-request/credential-request.ts';
import { CredentialRequestError } from '../credential-request/error.ts';
import { onlyDetail, readAuthorizationDetails } from '../credential-request/from-details.ts';

type Details = readonly AuthorizationDetail[] | undefined;

/** The entry as the client wrote it, with what CSC wants to be there. */
export function grantedDetail(text: string, credentialId: string, count: number): AuthorizationDetail {
  const detail = onlyDetail(parseDetails(text));
  return { ...detail, type: detail['type'] as string, credentialID: credentialId, numSignatures: count };
}

/** `source` is the code or the refresh token that the token comes from; a client's own token has none. */
export function detailsForToken(ctx: KoaContextWithOIDC, source: unknown, scaUrl: string): AuthorizationDetail[] | undefined {
  const approved = (source as { readonly rar?: Details } | undefined)?.rar;
  const repeated = ctx.oidc.params?.['authorization_details'];
  if (repeated !== undefined && !isSame(repeated, approved, scaUrl)) {
    throw new errors.InvalidAuthorizationDetails('the details are not those that were approved');
  }
  return approved === undefined ? undefined : [...approved];
}

function isSame(repeated: unknown, approved: Details, scaUrl: string): boolean {
  if (typeof repeated !== 'string' || approved === undefined) return false;
  try {
    const again = readAuthorizationDetails(parseDetails(repeated), scaUrl);
    const first = readAuthorizationDetails(approved, scaUrl);
    if (again.hashAlgorithm !== first.hashAlgorithm) return false;
    return again.credentialId === first.credentialId && sameBytes(concat(...again.hashes), concat(...first.hashes));
  } catch (cause) {
    if (cause instanceof CredentialRequestError) return false;
    throw cause;
  }
}
