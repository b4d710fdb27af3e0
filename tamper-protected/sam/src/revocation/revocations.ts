// SPDX-License-Identifier: Apache-2.0
// The CA hears that a key was revoked, by the same courier as orders: the SAM tells of each revocation until the CA's own signed answer says that the
// certificate is revoked. Whoever carries can hold it up, and change nothing.
import type { Answer, Request } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import { revocationStatement } from '@sigillo/doors/sap';
import { decode, encode } from '@sigillo/doors/schema';
import { fromHex, sameBytes } from '@sigillo/standards/bytes';
import { parseCertificate } from '@sigillo/standards/x509';
import { alone, apart } from '../enrolment/waiting.ts';
import { certificateRevokedDetail, officerStopDetail } from '../journal/details.ts';
import { changeRow } from '../records/change-row.ts';
import { refuseAs, SamRefusal } from '../refusals.ts';
import { openChain } from '../signing-key/chain.ts';
import type { State } from '../state.ts';
import { type SignedStatement, signStatement } from '../statements.ts';
import { requireRevoked } from './checks/revoked-by-authority.ts';

const REVOCATIONS_MAX = 100;

/** Revocations that the CA has not confirmed yet, signed. */
export async function revocations(state: State): Promise<Answer<(typeof samDoor)['revocations']>> {
  // What memory knows may be newer than the disk; nothing is said before it is durable.
  await state.journal.durable();
  const signed: SignedStatement[] = [];
  for (const [key, waiting] of state.memory.waitingEnrolments) {
    if (signed.length >= REVOCATIONS_MAX) break;
    if (waiting.state !== 'revoking') continue;
    const revocation = await apart(state, () => revocationOf(state, fromHex(key)));
    if (revocation !== undefined) signed.push(revocation);
  }
  return { revocations: signed };
}

async function revocationOf(state: State, enrolmentHash: Uint8Array): Promise<SignedStatement | undefined> {
  const entry = state.index.get('enrolment', enrolmentHash);
  const row = await state.rows.read('enrolment', enrolmentHash);
  if (entry === undefined || row?.state !== 'revoking') return undefined;
  const key = await state.rows.read('signing_key', row.keyId!);
  const record = state.journal.read(entry.record);
  const { body, approvals } = decode(officerStopDetail, record.detail);
  const { deploymentId, samId } = state.deployment;
  return signStatement(state.cryptoModule, 'revocation', revocationStatement, {
    version: 1,
    operation: 'revocation',
    deploymentId,
    samId,
    orderId: row.orderId!,
    keyId: row.keyId!,
    certificateHash: key!.certificateHash!,
    command: body,
    approvals,
    revokedAt: Math.floor(record.at / 1000),
    issued: state.clock.seconds(),
  });
}

/** The CA's answer came back. Once more is no fault. */
export async function certificateRevoked(
  state: State,
  request: Request<(typeof samDoor)['certificateRevoked']>,
): Promise<Answer<(typeof samDoor)['certificateRevoked']>> {
  const enrolmentHash = state.memory.signers.enrolmentOf(request.orderId);
  if (enrolmentHash === undefined) throw new SamRefusal('order_unknown');
  return alone(state, enrolmentHash, () => confirm(state, enrolmentHash, request));
}

async function confirm(
  state: State,
  enrolmentHash: Uint8Array,
  { orderId, response }: Request<(typeof samDoor)['certificateRevoked']>,
): Promise<Answer<(typeof samDoor)['certificateRevoked']>> {
  const version = state.index.version('enrolment', enrolmentHash);
  const row = await state.rows.read('enrolment', enrolmentHash);
  if (row?.orderId === undefined || row.orderId === null || !sameBytes(row.orderId, orderId)) throw new SamRefusal('order_unknown');
  if (row.state === 'revoked') {
    await state.journal.durable();
    return { state: 'revoked' };
  }
  if (row.state !== 'revoking') throw new SamRefusal('enrolment_state');
  const keyId = row.keyId!;
  const key = (await state.rows.read('signing_key', keyId))!;
  const subjectKey = await state.subjectKeys.of(row.signerId);
  const [certificate, ...issuers] = refuseAs('certificate_not_revoked', () => openChain(subjectKey, keyId, key).map((der) => parseCertificate(der)));
  const revokedAtMs = requireRevoked(response, certificate!, issuers, state.deployment.roots, state.clock.milliseconds());
  const rows = [changeRow(state, 'enrolment', enrolmentHash, version, { ...row, state: 'revoked' })];
  const detail = encode(certificateRevokedDetail, { response, revokedAt: Math.floor(revokedAtMs / 1000) });
  await state.journal.append({ event: 'certificate_revoked', signerId: row.signerId, keyId, rows, detail }).durable;
  return { state: 'revoked' };
}
