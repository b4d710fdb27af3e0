// SPDX-License-Identifier: Apache-2.0
// A small certification authority for tests: root, issuing CA, and leaves with the extensions that a test asks for.
import { randomBytes } from 'node:crypto';
import {
  assembleCertificate,
  authorityInformationAccess,
  authorityKeyIdentifier,
  basicConstraints,
  buildTbsCertificate,
  type Certificate,
  certificatePolicies,
  crlDistributionPoints,
  encodeName,
  extendedKeyUsage,
  type Extension,
  keyIdentifier,
  keyUsage,
  type NameAttribute,
  ocspNoCheck,
  parseCertificate,
  subjectKeyIdentifier,
} from '../../x509/index.ts';
import { generateKey, sha256, sign, type TestKey, type TestKeyKind } from './keys.ts';

export type Party = { readonly key: TestKey; readonly certificate: Certificate };

export type Authority = { readonly root: Party; readonly issuing: Party };

export const START_MS = Date.UTC(2020, 0, 1);
export const END_MS = Date.UTC(2056, 10, 1);
export const NOW_MS = Date.UTC(2026, 10, 21, 12, 30, 15);
export const TEST_POLICY = '2.999.1.7';

export function makeAuthority(kind: TestKeyKind): Authority {
  const rootKey = generateKey(kind);
  const rootName = personName('Test root');
  const root = certify({ key: rootKey, name: rootName }, { key: rootKey, subject: rootName, extensions: caExtensions(null) });
  const issuing = issue(root, { key: generateKey(kind), subject: personName('Test issuing CA'), extensions: caExtensions(0) });
  return { root, issuing };
}

export function issue(issuer: Party, leaf: LeafContent): Party {
  return certify({ key: issuer.key, name: issuer.certificate.subject.encoded }, leaf);
}

export function signerExtensions(): Extension[] {
  return [
    keyUsage('contentCommitment'),
    certificatePolicies({ oid: TEST_POLICY, practiceStatementUrl: 'http://127.0.0.1:8404/cps' }),
    authorityInformationAccess({ ocsp: ['http://127.0.0.1:8404/ocsp'], caIssuers: ['http://127.0.0.1:8404/issuing.cer'] }),
    crlDistributionPoints('http://127.0.0.1:8404/issuing.crl'),
  ];
}

export function timeStampingExtensions(): Extension[] {
  return [keyUsage('digitalSignature'), extendedKeyUsage('timeStamping')];
}

export function responderExtensions(): Extension[] {
  return [keyUsage('digitalSignature'), extendedKeyUsage('ocspSigning'), ocspNoCheck()];
}

export function personName(commonName: string): Uint8Array {
  const attributes: NameAttribute[] = [
    { type: 'countryName', value: 'JP' },
    { type: 'organizationName', value: 'Trial, identity not verified' },
    { type: 'commonName', value: commonName },
  ];
  return encodeName(attributes);
}

export type LeafContent = {
  readonly key: TestKey;
  readonly subject: Uint8Array;
  readonly extensions: readonly Extension[];
  readonly notBeforeMs?: number;
  readonly notAfterMs?: number;
};

function caExtensions(pathLength: number | null): Extension[] {
  return [basicConstraints({ ca: true, pathLength }), keyUsage('keyCertSign', 'crlSign')];
}

function certify(issuer: { readonly key: TestKey; readonly name: Uint8Array }, leaf: LeafContent): Party {
  const tbs = buildTbsCertificate({
    serialNumber: Uint8Array.of(0x5a, ...randomBytes(15)),
    signatureAlgorithm: issuer.key.algorithm,
    issuer: issuer.name,
    notBeforeMs: leaf.notBeforeMs ?? START_MS,
    notAfterMs: leaf.notAfterMs ?? END_MS,
    subject: leaf.subject,
    spki: leaf.key.spki,
    extensions: [
      ...leaf.extensions,
      subjectKeyIdentifier(keyIdentifier(leaf.key.spki, sha256)),
      authorityKeyIdentifier(keyIdentifier(issuer.key.spki, sha256)),
    ],
  });
  const encoded = assembleCertificate(tbs, issuer.key.algorithm, sign(issuer.key, tbs));
  return { key: leaf.key, certificate: parseCertificate(encoded) };
}
