// SPDX-License-Identifier: Apache-2.0
// `info` (CSC API v2.0.0.2 section 11.1): the same for everyone, no token.
import { signatureAlgorithmParts } from '@sigillo/standards/algorithms';

export interface ServiceDescription {
  readonly name: string;
  readonly description: string;
  readonly region: string;
  readonly logo: string;
  readonly specs: string | undefined;
}

/** Methods that answer something else than 501. */
const METHODS = [
  'info', 'oauth2/authorize', 'oauth2/pushed_authorize', 'oauth2/token', 'oauth2/revoke',
  'credentials/list', 'credentials/info', 'signatures/signHash',
];

export function serviceInfo(service: ServiceDescription, issuer: string, keyAlgorithm: string): Readonly<Record<string, unknown>> {
  const algos = algorithmsOf(keyAlgorithm);
  return {
    specs: service.specs ?? '2.0.0.2',
    name: service.name,
    logo: service.logo,
    region: service.region,
    lang: 'en',
    description: service.description,
    authType: ['oauth2code'],
    oauth2: issuer,
    supportsRar: true,
    supportedHashTypes: ['dtbsr'],
    asynchronousOperationMode: false,
    methods: METHODS,
    validationInfo: false,
    signAlgorithms: { algos, algoParams: algos.map(() => '') },
    // Hashes are signed here, documents are not: the SCA makes the formats.
    signature_formats: { formats: [], envelope_properties: [] },
    conformance_levels: [],
  };
}

/** What keys of the policy's kind may sign with; each credential says for itself. */
function algorithmsOf(keyAlgorithm: string): readonly string[] {
  switch (keyAlgorithm) {
    case 'P-256':
      return [signatureAlgorithmParts({ scheme: 'ecdsa', hash: 'sha256' }).oid];
    case 'P-384':
      return [signatureAlgorithmParts({ scheme: 'ecdsa', hash: 'sha384' }).oid];
    case 'RSA-3072':
    case 'RSA-4096':
      return (['sha256', 'sha384', 'sha512'] as const).map((hash) => signatureAlgorithmParts({ scheme: 'rsa-pkcs1', hash }).oid);
    default:
      throw new Error('policy.json names a key algorithm that the CSC door cannot describe');
  }
}
