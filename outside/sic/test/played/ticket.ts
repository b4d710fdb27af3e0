// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { toBase64, toBase64url, toHex, utf8 } from '@sigillo/standards/bytes';
import type { PlayedSigner } from './sam.ts';

/** A ticket as the IdP writes it. The page reads it only; its signature is the SAM's matter, so there is none here. */
export function makeTicket(
  issuer: string,
  signer: PlayedSigner,
  about: {
    readonly clientId: string;
    readonly hashes: readonly Uint8Array[];
    readonly labels: readonly string[];
    readonly locations?: readonly { readonly content: string; readonly attributes: string }[];
    readonly thumbprint?: Uint8Array;
    /** The application leaves the algorithm to the signing service. */
    readonly algorithmOpen?: true;
  },
): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    aud: ['urn:sigillo:sam', 'urn:sigillo:ssa'],
    sub: toHex(signer.signerId),
    client_id: about.clientId,
    ...(about.thumbprint === undefined ? {} : { jkt: toBase64url(about.thumbprint) }),
    jti: randomUUID(),
    iat: now,
    exp: now + 900,
    details: {
      credentialID: toHex(signer.keyId),
      hashes: about.hashes.map(toBase64),
      hashAlgorithmOID: '2.16.840.1.101.3.4.2.1',
      ...(about.algorithmOpen === true ? {} : { signAlgo: '1.2.840.10045.4.3.2' }),
      labels: about.labels,
      ...(about.locations === undefined ? {} : { documentLocations: about.locations }),
    },
  };
  return `${part({ typ: 'sigillo-ticket+jwt', alg: 'ES256' })}.${part(claims)}.${toBase64url(new Uint8Array(64))}`;
}

function part(value: unknown): string {
  return toBase64url(utf8(JSON.stringify(value)));
}
