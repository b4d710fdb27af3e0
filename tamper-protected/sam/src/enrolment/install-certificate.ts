// SPDX-License-Identifier: Apache-2.0
// The certificate comes back by the same courier. It is compared with what was ordered before the key becomes active.
import type { Answer, Request } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import { enrolmentBody } from '@sigillo/doors/sap';
import { decode } from '@sigillo/doors/schema';
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import { type Certificate, parseCertificate } from '@sigillo/standards/x509';
import { sha256 } from '../hash.ts';
import { changeRow } from '../records/change-row.ts';
import type { EnrolmentRow, SigningKeyRow } from '../records/tables.ts';
import { refuseAs, SamRefusal } from '../refusals.ts';
import { sealChain } from '../signing-key/chain.ts';
import type { State } from '../state.ts';
import { requireOurAuthority } from './checks/certificate-chain.ts';
import { requireCertifiedKey } from './checks/certificate-key.ts';
import { requireCertificatePolicy } from './checks/certificate-policy.ts';
import { requireCertifiedSubject } from './checks/certificate-subject.ts';
import { requireSignaturesOnly } from './checks/certificate-usage.ts';
import { requireCertificateValidity } from './checks/certificate-validity.ts';
import { alone, enrolmentOf } from './waiting.ts';

export async function installCertificate(
  state: State,
  request: Request<(typeof samDoor)['installCertificate']>,
): Promise<Answer<(typeof samDoor)['installCertificate']>> {
  const enrolmentHash = state.memory.signers.enrolmentOf(request.orderId);
  if (enrolmentHash === undefined) throw new SamRefusal('order_unknown');
  return alone(state, enrolmentHash, () => install(state, enrolmentHash, request));
}

async function install(
  state: State,
  enrolmentHash: Uint8Array,
  { orderId, chain }: Request<(typeof samDoor)['installCertificate']>,
): Promise<Answer<(typeof samDoor)['installCertificate']>> {
  const version = state.index.version('enrolment', enrolmentHash);
  const row = await state.rows.read('enrolment', enrolmentHash);
  if (row === undefined || row.keyId === null || row.orderId === null || !sameBytes(row.orderId, orderId))
    throw new SamRefusal('order_unknown');
  if (row.state === 'active') return { state: 'active' };
  if (row.state !== 'ordered') throw new SamRefusal('enrolment_state');
  const keyId = row.keyId;
  const keyVersion = state.index.version('signing_key', keyId);
  const key = await state.rows.read('signing_key', keyId);
  if (key === undefined || key.state !== 'generated') throw new SamRefusal('enrolment_state');
  const certificate = await verifyCertificate(state, enrolmentHash, row, key, chain);
  const subjectKey = await state.subjectKeys.of(row.signerId);
  const active: SigningKeyRow = {
    ...key,
    state: 'active',
    certificateHash: sha256(certificate.encoded),
    chain: sealChain(subjectKey, keyId, chain),
    notAfter: Math.floor(certificate.notAfterMs / 1000),
  };
  const rows = [
    changeRow(state, 'signing_key', keyId, keyVersion, active),
    changeRow(state, 'enrolment', enrolmentHash, version, { ...row, state: 'active' }),
  ];
  state.signedOrders.delete(toHex(orderId));
  await state.journal.append({ event: 'key_active', signerId: row.signerId, keyId, rows }).durable;
  return { state: 'active' };
}

/** Key, subject, usage, policy, validity and chain are those of the order. */
async function verifyCertificate(
  state: State,
  enrolmentHash: Uint8Array,
  row: EnrolmentRow,
  key: SigningKeyRow,
  chain: readonly Uint8Array[],
): Promise<Certificate> {
  const { policy, roots } = state.deployment;
  const [certificate, ...issuers] = refuseAs('certificate_chain', () => chain.map((der) => parseCertificate(der)));
  if (certificate === undefined) throw new SamRefusal('certificate_chain');
  const { subject } = decode(enrolmentBody, await enrolmentOf(state, enrolmentHash, row));
  const now = state.clock.milliseconds();
  requireCertifiedKey(certificate, key.publicKey);
  requireCertifiedSubject(certificate, subject);
  requireSignaturesOnly(certificate);
  requireCertificatePolicy(certificate, policy.certificatePolicy);
  requireCertificateValidity(certificate, policy.certificateDays, now);
  requireOurAuthority(certificate, issuers, roots, now);
  return certificate;
}
