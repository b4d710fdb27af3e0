// SPDX-License-Identifier: Apache-2.0
import { errors } from 'oidc-provider';

/** RFC 7523 as its successor wants it: one audience, the issuer. The library would take lists, and the addresses of its endpoints. */
export function requireOneAudience(claims: Readonly<Record<string, unknown>>, issuer: string): void {
  if (claims['aud'] !== issuer) throw new errors.InvalidClientAuth('the audience of the assertion must be the issuer');
}
