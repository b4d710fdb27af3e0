// SPDX-License-Identifier: Apache-2.0
// From an order to a certificate. The intention is stored before the key signs, so that a certificate which exists is always one that this CA knows of; the
// same order again, also after a crash between the two, gets the certificate of the first time.
import type { OrderStatement } from '@sigillo/doors/sap';
import { sameBytes } from '@sigillo/standards/bytes';
import {
  assembleCertificate,
  authorityKeyIdentifier,
  basicConstraints,
  buildTbsCertificate,
  certificatePolicies,
  keyIdentifier,
  keyUsage,
  subjectKeyIdentifier,
  type Certificate,
  type CertificationRequest,
} from '@sigillo/standards/x509';
import { sha256 } from '@sigillo/wire';
import { CA_ALGORITHM, newSerialNumber, statusAddresses, type SignAs } from './authority.ts';
import type { Certificates, StoredCertificate } from './certificates.ts';
import { OrderError } from './error.ts';
import type { Pins } from './pins.ts';

/** An order that passed every check of `order.ts`, with its certification request. */
export interface ProvenOrder {
  readonly order: OrderStatement;
  /** SHA-256 of the signed order. */
  readonly hash: Uint8Array;
  readonly request: CertificationRequest;
}

export interface Issuer {
  readonly certificates: Certificates;
  readonly signAs: SignAs;
  readonly issuing: Certificate;
  readonly pins: Pins;
  readonly baseUrl: string;
  readonly now: () => number;
  readonly random: (length: number) => Uint8Array;
}

const DAY_MS = 86_400_000;
const BACKDATE_MS = 60_000;

/** The certificate for an order, DER. */
export async function issue(issuer: Issuer, proven: ProvenOrder): Promise<Uint8Array> {
  const stored = (await issuer.certificates.byOrder(proven.order.orderId)) ?? (await intend(issuer, proven));
  if (stored.orderHash === null || !sameBytes(stored.orderHash, proven.hash)) throw new OrderError('order_id_used');
  if (stored.certificate !== null) return stored.certificate;
  const certificate = assembleCertificate(stored.tbs, CA_ALGORITHM, await issuer.signAs('issuing', stored.tbs));
  await issuer.certificates.update({ ...stored, certificate, state: { status: 'good' } });
  return certificate;
}

async function intend(issuer: Issuer, { order, hash, request }: ProvenOrder): Promise<StoredCertificate> {
  const serial = newSerialNumber(issuer.random);
  const notBeforeMs = Math.floor((issuer.now() - BACKDATE_MS) / 1000) * 1000;
  const notAfterMs = Math.min(notBeforeMs + issuer.pins.policy.certificateDays * DAY_MS, issuer.issuing.notAfterMs);
  const tbs = buildTbsCertificate({
    serialNumber: serial,
    signatureAlgorithm: CA_ALGORITHM,
    issuer: issuer.issuing.subject.encoded,
    notBeforeMs,
    notAfterMs,
    subject: request.subject.encoded,
    spki: request.spki,
    extensions: [
      basicConstraints({ ca: false }),
      // ETSI EN 319 412-2 section 4.3.2: non-repudiation alone.
      keyUsage('contentCommitment'),
      certificatePolicies({ oid: issuer.pins.policy.certificatePolicy }),
      subjectKeyIdentifier(keyIdentifier(request.spki, sha256)),
      authorityKeyIdentifier(keyIdentifier(issuer.issuing.spki, sha256)),
      ...statusAddresses(issuer.baseUrl, 'issuing'),
    ],
  });
  const stored: StoredCertificate = { serial, orderId: order.orderId, orderHash: hash, tbs, certificate: null, notAfterMs, state: { status: 'intended' } };
  if (await issuer.certificates.intend(stored)) return stored;
  // Somebody else was first with this order.
  const other = await issuer.certificates.byOrder(order.orderId);
  if (other === undefined) throw new OrderError('order_id_used');
  return other;
}
