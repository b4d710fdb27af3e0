// SPDX-License-Identifier: Apache-2.0
// A certification authority: a root and an issuing CA, with real signatures.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { assembleOcspResponse, buildTbsResponse, type CertificateStatus, encodeCertificateId } from '@sigillo/standards/ocsp';
import {
  assembleCertificate,
  basicConstraints,
  buildTbsCertificate,
  type Certificate,
  type CertificateContent,
  certificatePolicies,
  encodeName,
  type Extension,
  keyUsage,
  type KeyUsage,
  parseCertificate,
  publicKeyBits,
} from '@sigillo/standards/x509';

const ALGORITHM = { scheme: 'ecdsa', hash: 'sha256' } as const;
const DAY_MS = 86_400_000;

export interface IssueChanges {
  readonly spki?: Uint8Array;
  readonly subject?: Uint8Array;
  readonly usage?: readonly KeyUsage[];
  readonly policy?: string;
  readonly days?: number;
  readonly byStranger?: boolean;
}

export class Authority {
  readonly policy: string;
  readonly root: Certificate;
  readonly issuing: Certificate;
  readonly #issuingKey: KeyObject;
  readonly #strangerKey: KeyObject;

  constructor(policy: string) {
    this.policy = policy;
    const rootKeys = keys();
    const issuingKeys = keys();
    const rootName = encodeName([{ type: 'commonName', value: 'Root' }]);
    const issuingName = encodeName([{ type: 'commonName', value: 'Issuing' }]);
    const caExtensions = [basicConstraints({ ca: true, pathLength: null }), keyUsage('keyCertSign', 'crlSign')];
    this.root = issue(
      { issuer: rootName, subject: rootName, spki: rootKeys.spki, extensions: caExtensions, days: 3650 },
      rootKeys.privateKey,
    );
    this.issuing = issue(
      { issuer: rootName, subject: issuingName, spki: issuingKeys.spki, extensions: caExtensions, days: 3650 },
      rootKeys.privateKey,
    );
    this.#issuingKey = issuingKeys.privateKey;
    this.#strangerKey = keys().privateKey;
  }

  certify(wanted: { readonly spki: Uint8Array; readonly subject: Uint8Array }, changes: IssueChanges = {}): readonly Uint8Array[] {
    const extensions = [keyUsage(...(changes.usage ?? ['contentCommitment'])), certificatePolicies({ oid: changes.policy ?? this.policy })];
    const content = {
      issuer: this.issuing.subject.encoded,
      subject: changes.subject ?? wanted.subject,
      spki: changes.spki ?? wanted.spki,
      extensions,
      days: changes.days ?? 365,
    };
    return [issue(content, changes.byStranger === true ? this.#strangerKey : this.#issuingKey).encoded, this.issuing.encoded];
  }

  /** The CA's word about a certificate: OCSPResponse. */
  says(certificate: Uint8Array, status: CertificateStatus, byStranger: boolean = false): Uint8Array {
    const { serialNumber } = parseCertificate(certificate);
    const issuer = { name: this.issuing.subject.encoded, keyBits: publicKeyBits(this.issuing.spki) };
    const hash = (name: string, bytes: Uint8Array): Uint8Array => createHash(name).update(bytes).digest();
    const nowMs = Math.floor(Date.now() / 1000) * 1000;
    const responses = [{ certificateId: encodeCertificateId('sha256', issuer, serialNumber, hash), certificateStatus: status, thisUpdateMs: nowMs, nextUpdateMs: nowMs + DAY_MS }];
    const tbs = buildTbsResponse({ responderKeyHash: hash('sha1', issuer.keyBits), producedAtMs: nowMs, responses, nonce: null });
    return assembleOcspResponse(tbs, ALGORITHM, sign('sha256', tbs, byStranger ? this.#strangerKey : this.#issuingKey), []);
  }
}

function keys(): { readonly privateKey: KeyObject; readonly spki: Uint8Array } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, spki: publicKey.export({ type: 'spki', format: 'der' }) };
}

function issue(
  wanted: {
    readonly issuer: Uint8Array;
    readonly subject: Uint8Array;
    readonly spki: Uint8Array;
    readonly extensions: readonly Extension[];
    readonly days: number;
  },
  key: KeyObject,
): Certificate {
  const { days, ...rest } = wanted;
  const serialNumber = Uint8Array.of(1, ...randomBytes(15));
  const content: CertificateContent = {
    ...rest,
    serialNumber,
    signatureAlgorithm: ALGORITHM,
    notBeforeMs: Date.now() - 60_000,
    notAfterMs: Date.now() + days * DAY_MS,
  };
  const tbs = buildTbsCertificate(content);
  return parseCertificate(assembleCertificate(tbs, ALGORITHM, sign('sha256', tbs, key)));
}
