// SPDX-License-Identifier: Apache-2.0
// A key to which tokens are bound, and its proofs (RFC 9449 section 4.2).
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { toBase64url, utf8 } from '@sigillo/standards/bytes';
import { parsePublicJwk, thumbprint } from '@sigillo/standards/oauth';
import { sha256 } from '@sigillo/wire';

export interface ProofKey {
  readonly thumbprint: string;
  readonly proof: (url: string, token: string) => string;
}

export function newProofKey(): ProofKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = parsePublicJwk(publicKey.export({ format: 'jwk' }));
  const head = part({ typ: 'dpop+jwt', alg: 'ES256', jwk });
  return {
    thumbprint: thumbprint(jwk, sha256),
    proof: (htu, token) => {
      const ath = createHash('sha256').update(token).digest('base64url');
      const input = `${head}.${part({ htm: 'POST', htu, jti: randomBytes(16).toString('hex'), iat: Math.floor(Date.now() / 1000), ath })}`;
      return `${input}.${sign('sha256', utf8(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
    },
  };
}

const part = (value: object): string => toBase64url(utf8(JSON.stringify(value)));
