// SPDX-License-Identifier: Apache-2.0
import { type Sha2, signatureAlgorithmParts } from '@sigillo/standards/algorithms';
import { type Certificate, keyKindOf, parsePublicKey } from '@sigillo/standards/x509';

/** How a key signs here: the hash is that of the attributes, of the content and of the certificate alike. */
export type SigningAlgorithm = { readonly scheme: 'ecdsa' | 'rsa-pkcs1'; readonly hash: Sha2 };

/** The algorithm for the key of this certificate, or undefined where there is none that the service offers for it. */
export function algorithmFor(certificate: Certificate, offered: readonly string[]): SigningAlgorithm | undefined {
  const algorithm = naturalFor(certificate);
  return algorithm !== undefined && offered.includes(signatureAlgorithmParts(algorithm).oid) ? algorithm : undefined;
}

function naturalFor(certificate: Certificate): SigningAlgorithm | undefined {
  const key = keyKindOf(parsePublicKey(certificate.spki));
  switch (key.kind) {
    case 'ec':
      return { scheme: 'ecdsa', hash: key.curve === 'P-384' ? 'sha384' : 'sha256' };
    case 'rsa':
      return { scheme: 'rsa-pkcs1', hash: 'sha256' };
    case 'ed25519':
    case 'ml-dsa-65':
      return undefined;
  }
}
