// SPDX-License-Identifier: Apache-2.0
// The rows that the SAM owns. Every column is bound by the row's MAC. Values that move with every use (sign counts, uses, state of
// operations) stand in the journal alone. Names and certificates are encrypted under the subject's key before they become a column.
import { array, boolean, bytes, bytesUpTo, map, nullable, oneOf, type Schema, text, uint, type ValueOf } from '@sigillo/doors/schema';
import { approval, assertion, bytes32, coseKey, credentialId, id, KEY_STATES, LIST_MAX, shownName, time } from '@sigillo/doors/sap';

const sealed = bytesUpTo(32_768, 28);
const status = oneOf('active', 'suspended', 'removed');

export const signerRow = map({
  status: { key: 1, of: status, what: 'whether the signer may act' },
  assuranceLevel: { key: 2, of: text(64), what: 'to which the identity was verified' },
  evidenceHash: { key: 3, of: bytes32, what: 'SHA-256 of the registration data' },
  enrolmentHash: { key: 4, of: bytes32, what: 'SHA-256 of (a)' },
  approvalsHash: { key: 5, of: bytes32, what: 'SHA-256 of the proposal and the approvals' },
  created: { key: 6, of: time, what: 'SAM time' },
});
export type SignerRow = ValueOf<typeof signerRow>;

export const authenticatorRow = map({
  signerId: { key: 1, of: id, what: 'whose' },
  credentialId: { key: 2, of: credentialId, what: 'as the authenticator named it' },
  coseKey: { key: 3, of: coseKey, what: 'its public key' },
  aaguid: { key: 4, of: bytes(16), what: 'its model' },
  attestation: { key: 5, of: oneOf('none'), what: 'result of the attestation' },
  rpId: { key: 6, of: text(253), what: 'for which it was made' },
  backupEligible: { key: 7, of: boolean(), what: 'at enrolment' },
  status: { key: 8, of: status, what: 'whether its answers count' },
  enrolmentHash: { key: 9, of: bytes32, what: 'SHA-256 of (a) with which it came' },
  created: { key: 10, of: time, what: 'SAM time' },
});
export type AuthenticatorRow = ValueOf<typeof authenticatorRow>;

export const signingKeyRow = map({
  signerId: { key: 1, of: id, what: 'whose' },
  state: { key: 2, of: oneOf(...KEY_STATES), what: 'only an active one signs' },
  label: { key: 3, of: shownName, what: 'as shown' },
  algorithm: { key: 4, of: text(32), what: 'as P-256' },
  publicKey: { key: 5, of: bytesUpTo(4096, 32), what: 'SubjectPublicKeyInfo' },
  usage: { key: 6, of: oneOf('signature', 'seal'), what: 'of the key' },
  soleControlLevel: { key: 7, of: uint(2), what: '1 or 2' },
  claim: { key: 8, of: text(64), what: 'level that the deployment claims' },
  policyHash: { key: 9, of: bytes32, what: 'under which it was made' },
  signaturesMax: { key: 10, of: uint(LIST_MAX), what: 'under one approval' },
  envelope: { key: 11, of: bytesUpTo(16_384, 28), what: 'the wrapped key, encrypted under the activation key' },
  activation: { key: 12, of: bytesUpTo(256, 28), what: 'the activation key, sealed under the state key' },
  certificateHash: { key: 13, of: nullable(bytes32), what: 'SHA-256 of the signing certificate' },
  chain: { key: 14, of: nullable(sealed), what: "certificates, the signer's first, encrypted under the subject's key" },
  notAfter: { key: 15, of: nullable(time), what: 'end of the certificate' },
  created: { key: 16, of: time, what: 'SAM time' },
});
export type SigningKeyRow = ValueOf<typeof signingKeyRow>;

export const clientRow = map({
  clientId: { key: 1, of: text(255), what: 'as registered' },
  name: { key: 2, of: shownName, what: 'shown to signers' },
  kind: { key: 3, of: oneOf('page', 'service', 'officer'), what: 'only a service asks for signatures' },
  tokenBinding: { key: 4, of: oneOf('dpop', 'bearer'), what: 'how its tokens are bound' },
  hashOnly: { key: 5, of: boolean(), what: 'may ask for signatures over documents that the page has not seen' },
  status: { key: 6, of: status, what: 'whether it may ask' },
});
export type ClientRow = ValueOf<typeof clientRow>;

export const officerRow = map({
  personId: { key: 1, of: id, what: 'the person behind the officer' },
  role: { key: 2, of: oneOf('registration', 'privileged'), what: 'proposes, or approves' },
  authenticators: {
    key: 3,
    of: array(
      map({ credentialId: { key: 1, of: credentialId, what: 'its id' }, coseKey: { key: 2, of: coseKey, what: 'its public key' } }),
      8,
    ),
    what: 'with which the officer acts',
  },
  status: { key: 4, of: status, what: 'whether the officer may act' },
});
export type OfficerRow = ValueOf<typeof officerRow>;

export const ENROLMENT_STATES = ['pending_proposal', 'pending_approval', 'approved', 'ordered', 'active', 'expired', 'revoking', 'revoked'] as const;
/** Those of a person who is still on the way to a key. */
export const ENROLMENTS_PENDING: ReadonlySet<string> = new Set<(typeof ENROLMENT_STATES)[number]>(['pending_proposal', 'pending_approval', 'approved', 'ordered']);

export const enrolmentRow = map({
  state: { key: 1, of: oneOf(...ENROLMENT_STATES), what: 'what it waits for' },
  signerId: { key: 2, of: id, what: 'the signer to be' },
  enrolment: { key: 3, of: sealed, what: "(a), encrypted under the subject's key" },
  confirmation: { key: 4, of: bytesUpTo(4096, 1), what: '(b)' },
  coseKey: { key: 5, of: coseKey, what: 'of the new passkey' },
  assertion: { key: 6, of: assertion, what: 'of the new passkey over (b)' },
  approvalsUntil: { key: 7, of: time, what: 'field 12 of (b)' },
  created: { key: 8, of: time, what: 'SAM time of the confirmation' },
  proposal: { key: 9, of: nullable(approval), what: 'of the registration officer' },
  approvals: { key: 10, of: array(approval, 8), what: 'of privileged users' },
  keyId: { key: 11, of: nullable(id), what: 'the key that was made' },
  orderId: { key: 12, of: nullable(id), what: 'of the order to the CA' },
  orderIssued: { key: 13, of: time, what: 'SAM time of the order, 0 before it' },
  certificationRequest: { key: 14, of: nullable(sealed), what: "PKCS #10, encrypted under the subject's key" },
});
export type EnrolmentRow = ValueOf<typeof enrolmentRow>;

export const TABLES = {
  signer: signerRow,
  authenticator: authenticatorRow,
  signing_key: signingKeyRow,
  client: clientRow,
  officer: officerRow,
  enrolment: enrolmentRow,
} as const;

export type TableName = keyof typeof TABLES;
export type RowOf<T extends TableName> = ValueOf<(typeof TABLES)[T]>;
export const TABLE_NAMES = [
  'signer',
  'authenticator',
  'signing_key',
  'client',
  'officer',
  'enrolment',
] as const satisfies readonly TableName[];

export function schemaOf<T extends TableName>(table: T): Schema<RowOf<T>> {
  return TABLES[table] as unknown as Schema<RowOf<T>>;
}
