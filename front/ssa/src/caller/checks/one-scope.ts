// SPDX-License-Identifier: Apache-2.0
import { type AccessToken, OAuthError } from '@sigillo/standards/oauth';

/** What a token of the CSC door is for: one of the two, never both. */
export function scopeOf({ scopes }: AccessToken): 'service' | 'credential' {
  const [service, credential] = [scopes.includes('service'), scopes.includes('credential')];
  if (service === credential) throw new OAuthError('token_scope');
  return service ? 'service' : 'credential';
}
