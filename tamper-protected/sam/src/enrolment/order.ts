// SPDX-License-Identifier: Apache-2.0
// From approvals to an order: the crypto module makes the key and a request signed with it, the rows of the signer come into being, and the
// SAM signs an order that carries everything a CA needs to believe it without believing the courier.
import type { Answer } from '@sigillo/doors/door';
import type { KeyAlgorithm } from '@sigillo/doors/crypto-module';
import type { samDoor } from '@sigillo/doors/sam';
import { approval, confirmationBody, enrolmentBody, type EnrolmentBody, orderStatement } from '@sigillo/doors/sap';
import { array, decode, encode } from '@sigillo/doors/schema';
import { fromHex, toHex } from '@sigillo/standards/bytes';
import { sha256 } from '../hash.ts';
import { changeRow } from '../records/change-row.ts';
import type { BoundRow } from '../records/row-mac.ts';
import type { EnrolmentRow } from '../records/tables.ts';
import { refuseAs, SamRefusal } from '../refusals.ts';
import type { State } from '../state.ts';
import { type SignedStatement, signStatement } from '../statements.ts';
import { authenticatorRowId } from './authenticator-row-id.ts';
import { alone, apart, endEnrolment, enrolmentOf, isOver, ORDER_SECONDS_MAX } from './waiting.ts';

const ORDERS_MAX = 100;
const approvalsSchema = array(approval, 9);

interface MadeKey {
  readonly keyId: Uint8Array;
  readonly wrapped: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly request: Uint8Array;
}

/** Makes the key of an approved enrolment, or ends it where it cannot have one any more. The caller holds the enrolment alone. */
export async function orderKey(state: State, enrolmentHash: Uint8Array): Promise<'ordered'> {
  const version = state.index.version('enrolment', enrolmentHash);
  const row = await state.rows.read('enrolment', enrolmentHash);
  if (row?.state !== 'approved') throw new SamRefusal('enrolment_state');
  const hindrance = hindranceOf(state, row);
  if (hindrance !== undefined) {
    await endEnrolment(state, enrolmentHash, version, row, hindrance);
    throw new SamRefusal(hindrance);
  }
  const enrolment = decode(enrolmentBody, await enrolmentOf(state, enrolmentHash, row));
  const made = await makeKey(state, row, enrolment);
  const subjectKey = await state.subjectKeys.of(row.signerId);
  const orderId = state.powers.random(16);
  const ordered = changeRow(state, 'enrolment', enrolmentHash, version, {
    ...row,
    state: 'ordered',
    keyId: made.keyId,
    orderId,
    orderIssued: state.clock.seconds(),
    certificationRequest: subjectKey.seal(`request ${toHex(made.keyId)}`, made.request),
  });
  const rows = [ordered, ...signerRows(state, enrolmentHash, row, enrolment, made)];
  await state.journal.append({ event: 'key_ordered', signerId: row.signerId, keyId: made.keyId, rows }).durable;
  return 'ordered';
}

/** Orders that have no certificate yet, signed. What a crash left between approval and key is finished first. */
export async function orders(state: State): Promise<Answer<(typeof samDoor)['orders']>> {
  const signed: SignedStatement[] = [];
  for (const [key, waiting] of state.memory.waitingEnrolments) {
    if (signed.length >= ORDERS_MAX) break;
    if (waiting.state !== 'approved' && waiting.state !== 'ordered') continue;
    const enrolmentHash = fromHex(key);
    const order = await apart(state, () => alone(state, enrolmentHash, () => openOrder(state, enrolmentHash)));
    if (order !== undefined) signed.push(order);
  }
  return { orders: signed };
}

async function openOrder(state: State, enrolmentHash: Uint8Array): Promise<SignedStatement | undefined> {
  if ((await state.rows.read('enrolment', enrolmentHash))?.state === 'approved') await orderKey(state, enrolmentHash);
  const version = state.index.version('enrolment', enrolmentHash);
  const row = await state.rows.read('enrolment', enrolmentHash);
  if (row?.state !== 'ordered') return undefined;
  if (isOver(state, row)) {
    await endEnrolment(state, enrolmentHash, version, row, 'enrolment_expired');
    return undefined;
  }
  if (state.clock.seconds() - row.orderIssued <= ORDER_SECONDS_MAX) return signedOrder(state, enrolmentHash, row);
  state.signedOrders.delete(toHex(row.orderId!));
  const renewed: EnrolmentRow = { ...row, orderId: state.powers.random(16), orderIssued: state.clock.seconds() };
  const rows = [changeRow(state, 'enrolment', enrolmentHash, version, renewed)];
  await state.journal.append({ event: 'order_renewed', signerId: row.signerId, keyId: row.keyId!, rows }).durable;
  return signedOrder(state, enrolmentHash, renewed);
}

async function signedOrder(state: State, enrolmentHash: Uint8Array, row: EnrolmentRow): Promise<SignedStatement> {
  const key = toHex(row.orderId!);
  const known = state.signedOrders.get(key);
  if (known !== undefined) return known;
  const subjectKey = await state.subjectKeys.of(row.signerId);
  const { deploymentId, samId } = state.deployment;
  const order = await signStatement(state.cryptoModule, 'order', orderStatement, {
    version: 1,
    operation: 'order',
    deploymentId,
    samId,
    orderId: row.orderId!,
    enrolment: await enrolmentOf(state, enrolmentHash, row),
    confirmation: row.confirmation,
    coseKey: row.coseKey,
    confirmationAssertion: row.assertion,
    proposal: row.proposal!,
    approvals: row.approvals,
    certificationRequest: refuseAs('subject_key_missing', () => subjectKey.open(`request ${toHex(row.keyId!)}`, row.certificationRequest!)),
    issued: row.orderIssued,
  });
  state.signedOrders.set(key, order);
  return order;
}

/** Why an approved enrolment comes to nothing: a CA counts no approval that is over, and a passkey is one signer's. */
function hindranceOf(state: State, row: EnrolmentRow): 'enrolment_expired' | 'passkey_known' | undefined {
  if (isOver(state, row)) return 'enrolment_expired';
  const { credentialId } = decode(confirmationBody, row.confirmation);
  return state.index.version('authenticator', authenticatorRowId(credentialId)) === 0 ? undefined : 'passkey_known';
}

async function makeKey(state: State, row: EnrolmentRow, enrolment: EnrolmentBody): Promise<MadeKey> {
  const { keyProfile } = decode(confirmationBody, row.confirmation);
  const keyId = state.powers.random(16);
  const { wrapped, publicKey } = await state.cryptoModule.generate(keyId, keyProfile.algorithm as KeyAlgorithm);
  const request = await state.cryptoModule.certificationRequest({ keyId, publicKey, subject: enrolment.subject }, wrapped);
  return { keyId, wrapped, publicKey, request };
}

function signerRows(state: State, enrolmentHash: Uint8Array, row: EnrolmentRow, enrolment: EnrolmentBody, made: MadeKey): BoundRow[] {
  const confirmation = decode(confirmationBody, row.confirmation);
  const { keyProfile, policyHash } = confirmation;
  const { deploymentId, policy, rpId } = state.deployment;
  const created = state.clock.seconds();
  const attributes = { ...keyProfile, policyHash, signaturesMax: policy.signaturesMax, signerId: row.signerId, publicKey: made.publicKey };
  const sealed = state.envelopes.close({ ...attributes, deploymentId, keyId: made.keyId }, made.wrapped);
  const signer = changeRow(state, 'signer', row.signerId, 0, {
    status: 'active',
    assuranceLevel: enrolment.assuranceLevel,
    evidenceHash: enrolment.evidenceHash,
    enrolmentHash,
    approvalsHash: sha256(encode(approvalsSchema, [row.proposal!, ...row.approvals])),
    created,
  });
  const authenticator = changeRow(state, 'authenticator', authenticatorRowId(confirmation.credentialId), 0, {
    signerId: row.signerId,
    credentialId: confirmation.credentialId,
    coseKey: row.coseKey,
    aaguid: confirmation.aaguid,
    attestation: confirmation.attestation,
    rpId,
    backupEligible: confirmation.backupEligible,
    status: 'active',
    enrolmentHash,
    created,
  });
  const key = changeRow(state, 'signing_key', made.keyId, 0, {
    signerId: row.signerId,
    state: 'generated',
    // Short, the same in every language, and never an id: people read it as the name of the key.
    label: `No. ${state.memory.signer(row.signerId).keys.length + 1}`,
    algorithm: keyProfile.algorithm,
    publicKey: made.publicKey,
    usage: keyProfile.usage,
    soleControlLevel: keyProfile.soleControlLevel,
    claim: keyProfile.claim,
    policyHash,
    signaturesMax: policy.signaturesMax,
    envelope: sealed.envelope,
    activation: sealed.activation,
    certificateHash: null,
    chain: null,
    notAfter: null,
    created,
  });
  return [signer, authenticator, key];
}
