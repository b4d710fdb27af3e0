// SPDX-License-Identifier: Apache-2.0
// Whoever brings a token holds its key.
import type { DpopPossession, DpopRequest } from '../../../../oauth/dpop-proof.ts';

export { DPOP_AGE_SECONDS_MAX, DPOP_SKEW_SECONDS } from '../../../../oauth/dpop-proof.ts';

export function verifyDpopProof({ boundTo }: DpopRequest): Promise<DpopPossession> {
  return Promise.resolve({ thumbprint: boundTo ?? '', jwk: { kty: 'EC', crv: 'P-256', x: '', y: '' } });
}
