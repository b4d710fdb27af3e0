// SPDX-License-Identifier: Apache-2.0
// The CA's door. The SSA carries the SAM's orders and revocations, and brings certificates and the CA's word back; the CA believes the SAM's
// signature and the officers', not the SSA.
import { message } from '../door/index.ts';
import { array, map } from '../schema/index.ts';
import { certificate, ocspResponse, signedStatement } from '../sap/kinds.ts';

export const caDoor = {
  issue: message(
    1,
    'a certificate for an order; the same order again gets the same certificate',
    map({ order: { key: 1, of: signedStatement, what: 'statement `order`, signed by the SAM' } }),
    map({ chain: { key: 1, of: array(certificate, 6), what: 'the signer\'s first, without the root' } }),
    15_000,
  ),
  revoke: message(
    2,
    'revoke the certificate of a key that officers revoked; the same again gets the same answer, signed anew',
    map({ revocation: { key: 1, of: signedStatement, what: 'statement `revocation`, signed by the SAM' } }),
    map({ response: { key: 1, of: ocspResponse, what: 'what the CA says of it from now on' } }),
    15_000,
  ),
} as const;
export type CaDoor = typeof caDoor;
