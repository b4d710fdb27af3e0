// SPDX-License-Identifier: Apache-2.0
// A small certification authority for the tests: root, issuing CA, a signer, a time-stamping unit. Keys and signatures by node:crypto.
import { generateKeyPairSync, hash, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  assembleCertificate,
  authorityKeyIdentifier,
  basicConstraints,
  buildTbsCertificate,
  type Certificate,
  encodeName,
  extendedKeyUsage,
  type Extension,
  keyIdentifier,
  keyUsage,
  parseCertificate,
  subjectKeyIdentifier,
} from '@sigillo/standards/x509';

const ALGORITHM = { scheme: 'ecdsa', hash: 'sha256' } as const;
const DAY_MS = 86_400_000;
const sha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer');

export interface Party {
  readonly key: KeyObject;
  readonly certificate: Certificate;
}

export interface Authority {
  readonly root: Party;
  readonly issuing: Party;
  readonly signer: Party;
  readonly tsa: Party;
}

export function makeAuthority(): Authority {
  const root = certify('Test root', undefined, [basicConstraints({ ca: true, pathLength: null }), keyUsage('keyCertSign', 'crlSign')]);
  const issuing = certify('Test issuing CA', root, [basicConstraints({ ca: true, pathLength: 0 }), keyUsage('keyCertSign', 'crlSign')]);
  return {
    root,
    issuing,
    signer: certify('Signe Signer', issuing, [keyUsage('contentCommitment')]),
    tsa: certify('Test time-stamps', issuing, [keyUsage('digitalSignature'), extendedKeyUsage('timeStamping')]),
  };
}

export function certify(commonName: string, issuer: Party | undefined, extensions: readonly Extension[]): Party {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  const subject = encodeName([{ type: 'countryName', value: 'JP' }, { type: 'commonName', value: commonName }]);
  const issuerSpki = issuer?.certificate.spki ?? spki;
  const tbs = buildTbsCertificate({
    serialNumber: Uint8Array.of(0x5a, ...randomBytes(15)),
    signatureAlgorithm: ALGORITHM,
    issuer: issuer?.certificate.subject.encoded ?? subject,
    notBeforeMs: Date.now() - DAY_MS,
    notAfterMs: Date.now() + 100 * DAY_MS,
    subject,
    spki,
    extensions: [...extensions, subjectKeyIdentifier(keyIdentifier(spki, sha256)), authorityKeyIdentifier(keyIdentifier(issuerSpki, sha256))],
  });
  const signature = sign('sha256', tbs, issuer?.key ?? privateKey);
  return { key: privateKey, certificate: parseCertificate(assembleCertificate(tbs, ALGORITHM, signature)) };
}
