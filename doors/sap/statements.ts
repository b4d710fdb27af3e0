// SPDX-License-Identifier: Apache-2.0
// The SAM's other signed statements: who may log in, what was approved, how an operation ended, what a key was used for.
import { array, boolean, bytesUpTo, exactly, map, nullable, oneOf, text, uint, type ValueOf } from '../schema/index.ts';
import { bytes32, certificate, coseKey, credentialId, id, level, LIST_MAX, shownName, signedStatement, time } from './kinds.ts';

/** Statement `login`: this passkey belongs to this signer, for an hour at most. */
export const loginStatement = map({
  version: { key: 1, of: exactly(1), what: 'version of this body' },
  operation: { key: 2, of: exactly('login'), what: 'what this is' },
  deploymentId: { key: 3, of: id, what: 'this deployment' },
  samId: { key: 4, of: id, what: 'this SAM' },
  signerId: { key: 5, of: id, what: 'becomes `sub`, in lower-case hexadecimal' },
  credentialId: { key: 6, of: credentialId, what: 'the passkey' },
  coseKey: { key: 7, of: coseKey, what: 'its public key' },
  notBefore: { key: 8, of: time, what: 'SAM time' },
  expires: { key: 9, of: time, what: 'at most one hour later' },
  pageNonce: { key: 10, of: bytes32, what: 'the nonce that the page sent with this call' },
});
export type LoginStatement = ValueOf<typeof loginStatement>;

/** Statement `receipt`: the signer approved; whoever the receipt names may have the handle's items signed, once. */
export const receiptStatement = map({
  version: { key: 1, of: exactly(1), what: 'version of this body' },
  operation: { key: 2, of: exactly('receipt'), what: 'what this is' },
  deploymentId: { key: 3, of: id, what: 'this deployment' },
  samId: { key: 4, of: id, what: 'this SAM' },
  ticketId: { key: 5, of: text(128), what: '`jti` of the IdP\'s ticket' },
  handle: { key: 6, of: bytes32, what: 'names the approved operation at Execute' },
  signerId: { key: 7, of: id, what: 'who approved' },
  keyId: { key: 8, of: id, what: 'the signing key' },
  clientId: { key: 9, of: text(255), what: 'the application' },
  clientKeyThumbprint: { key: 10, of: bytes32, what: 'its DPoP key; zeros for a bearer client' },
  algorithmsHash: { key: 11, of: bytes32, what: 'SHA-256 of fields 14 to 17 of the intent' },
  listHash: { key: 12, of: bytes32, what: 'SHA-256 of the ordered DTBS/R' },
  expires: { key: 13, of: time, what: 'end of the time for Execute' },
  pageNonce: { key: 14, of: bytes32, what: 'the nonce that the page sent with this call' },
});
export type ReceiptStatement = ValueOf<typeof receiptStatement>;

/** The ordered DTBS/R whose encoding the receipt's list hash covers. */
export const dtbsrList = array(bytesUpTo(64, 32), LIST_MAX);

export const OUTCOME_STATES = [
  'unknown', 'issued', 'authorised', 'executing', 'released', 'spent', 'unused', 'indeterminate', 'declined', 'frozen', 'revoked',
  'pending_proposal', 'pending_approval', 'approved', 'ordered', 'active', 'expired',
] as const;

/** Statement `outcome`: where an operation stands. */
export const outcomeStatement = map({
  version: { key: 1, of: exactly(1), what: 'version of this body' },
  operation: { key: 2, of: exactly('outcome'), what: 'what this is' },
  deploymentId: { key: 3, of: id, what: 'this deployment' },
  samId: { key: 4, of: id, what: 'this SAM' },
  about: { key: 5, of: oneOf('sign', 'enrol', 'freeze', 'revoke'), what: 'kind of operation' },
  subject: { key: 6, of: bytesUpTo(32, 16), what: 'the challenge, the SHA-256 of (a), or the key id: what the page asked about' },
  state: { key: 7, of: oneOf(...OUTCOME_STATES), what: 'where it stands' },
  code: { key: 8, of: text(64), what: 'refusal code, empty where there is none' },
  receipt: { key: 9, of: nullable(signedStatement), what: 'the receipt, while the operation is authorised' },
  record: { key: 10, of: uint(), what: 'number of the last record about it, 0 where there is none' },
  at: { key: 11, of: time, what: 'SAM time of this answer' },
  pageNonce: { key: 12, of: bytes32, what: 'the nonce that the page sent with this call' },
});
export type OutcomeStatement = ValueOf<typeof outcomeStatement>;

export const HISTORY_EVENTS = ['enrolled', 'key_active', 'authorised', 'executing', 'released', 'unused', 'spent', 'indeterminate', 'refused', 'frozen', 'revoked'] as const;

/** One event of a signer's history, numbered per signer from 1 without gaps. */
export const historyEntry = map({
  number: { key: 1, of: uint(), what: 'from 1, without gaps' },
  at: { key: 2, of: time, what: 'SAM time' },
  event: { key: 3, of: oneOf(...HISTORY_EVENTS), what: 'what happened' },
  code: { key: 4, of: text(64), what: 'refusal code, empty where there is none' },
  keyId: { key: 5, of: nullable(id), what: 'the signing key' },
  clientId: { key: 6, of: nullable(text(255)), what: 'the application that asked' },
  clientName: { key: 7, of: nullable(shownName), what: 'its registered name at that time' },
  names: { key: 8, of: array(shownName, LIST_MAX), what: 'names of the documents' },
  record: { key: 9, of: uint(), what: 'number of the journal record' },
  operation: { key: 10, of: nullable(bytes32), what: 'challenge of the operation: joins the events of one approval' },
});
export type HistoryEntry = ValueOf<typeof historyEntry>;

export const KEY_STATES = ['generated', 'active', 'suspended', 'revoked', 'expired', 'destroyed'] as const;

export const keyView = map({
  keyId: { key: 1, of: id, what: 'the signing key' },
  label: { key: 2, of: shownName, what: 'its label' },
  state: { key: 3, of: oneOf(...KEY_STATES), what: 'its state' },
  level: { key: 4, of: level, what: 'its level' },
  algorithm: { key: 5, of: text(32), what: 'its algorithm' },
  certificate: { key: 6, of: nullable(certificate), what: 'its certificate' },
  created: { key: 7, of: time, what: 'SAM time' },
  lastUsed: { key: 8, of: nullable(time), what: 'SAM time of its last RELEASED' },
});

export const passkeyView = map({
  credentialId: { key: 1, of: credentialId, what: 'the passkey' },
  created: { key: 2, of: time, what: 'SAM time' },
  lastUsed: { key: 3, of: nullable(time), what: 'SAM time' },
  backupEligible: { key: 4, of: boolean(), what: 'may be synchronised' },
  status: { key: 5, of: oneOf('active', 'suspended'), what: 'its status' },
});

/** Statement `history`: keys, passkeys and a page of events, with the signed head. */
export const historyStatement = map({
  version: { key: 1, of: exactly(1), what: 'version of this body' },
  operation: { key: 2, of: exactly('history'), what: 'what this is' },
  deploymentId: { key: 3, of: id, what: 'this deployment' },
  samId: { key: 4, of: id, what: 'this SAM' },
  signerId: { key: 5, of: id, what: 'whose' },
  keys: { key: 6, of: array(keyView, 100), what: 'all keys of the signer' },
  passkeys: { key: 7, of: array(passkeyView, 20), what: 'all passkeys of the signer' },
  entries: { key: 8, of: array(historyEntry, 100), what: 'events, newest first, ending at 1 or at the page\'s bound' },
  lastNumber: { key: 9, of: uint(), what: 'number of the newest event' },
  at: { key: 10, of: time, what: 'SAM time of this answer' },
  pageNonce: { key: 11, of: bytes32, what: 'the nonce that the page sent with this call' },
});
export type HistoryStatement = ValueOf<typeof historyStatement>;
