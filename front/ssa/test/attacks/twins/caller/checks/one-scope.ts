// SPDX-License-Identifier: Apache-2.0
// What a token is for is what it can be used for.
import type { AccessToken } from '@sigillo/standards/oauth';

export function scopeOf({ claims }: AccessToken): 'service' | 'credential' {
  return claims['handle'] === undefined ? 'service' : 'credential';
}
