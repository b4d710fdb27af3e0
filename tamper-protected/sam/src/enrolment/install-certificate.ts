// SPDX-License-Identifier: Apache-2.0
// The certificate comes back by the same courier. It is compared with what was ordered before the key becomes active.
import type { Answer, Request } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import { enrolmentBody } from '@sigillo/doors/sap';
import { decode } from '@sigillo/doors/schema';
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import { type Certificate, parseCertificate, verifyChain } from '@sigillo/standards/x509';
import { verifySignature } from '@sigillo/wire';
import { sha256 } from '../hash.ts';
import { changeRow } from '../records/change-row.ts';
import type { EnrolmentRow, SigningKeyRow } from '../records/tables.ts';
import { refuseAs, SamRefusal } from '../refusals.ts';
import { sealChain } from '../signing-key/chain.ts';
import type { State } from '../state.ts';
import { alone, enrolmentOf } from './waiting.ts';

const DAY_MS = 86_400_000;
/** A CA may date a certificate a little back. */
const SLACK_MS = DAY_MS;

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
  if (!sameBytes(certificate.spki, key.publicKey)) throw new SamRefusal('certificate_key');
  if (!sameBytes(certificate.subject.encoded, subject)) throw new SamRefusal('certificate_subject');
  requireUsage(certificate);
  if (!certificate.extensions.certificatePolicies.includes(policy.certificatePolicy)) throw new SamRefusal('certificate_policy');
  const now = state.clock.milliseconds();
  const lengthMs = certificate.notAfterMs - certificate.notBeforeMs;
  if (now < certificate.notBeforeMs || now > certificate.notAfterMs || lengthMs > policy.certificateDays * DAY_MS + SLACK_MS)
    throw new SamRefusal('certificate_validity');
  refuseAs('certificate_chain', () =>
    verifyChain(certificate, { anchors: roots, verify: verifySignature }, { candidates: issuers, atMs: now }),
  );
  return certificate;
}

/** For signatures of a person and nothing else. */
function requireUsage({ extensions }: Certificate): void {
  const usages = [...(extensions.keyUsage ?? [])];
  const signing =
    usages.includes('contentCommitment') && usages.every((usage) => usage === 'contentCommitment' || usage === 'digitalSignature');
  if (!signing || extensions.basicConstraints?.ca === true) throw new SamRefusal('certificate_usage');
}
