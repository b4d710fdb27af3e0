// SPDX-License-Identifier: Apache-2.0
// How a person and a first passkey become a signer with a key (`flow.md` 4).
import { array, boolean, bytes, bytesUpTo, exactly, map, oneOf, text, uint, type ValueOf } from '../schema/index.ts';
import { assertion, bytes32, coseKey, credentialId, id, signedStatement, time } from './kinds.ts';

/** (a): what `create()` commits to, tag "enrol". */
export const enrolmentBody = map({
  version: { key: 1, of: exactly(1), what: 'version of this body' },
  operation: { key: 2, of: exactly('enrol'), what: 'also in the domain tag' },
  deploymentId: { key: 3, of: id, what: 'this deployment' },
  samId: { key: 4, of: id, what: 'this SAM' },
  operationNumber: { key: 5, of: uint(), what: 'grows, never used again by this SAM' },
  nonce: { key: 6, of: bytes32, what: 'drawn by the SAM' },
  signerId: { key: 7, of: id, what: 'the signer to be; the user handle of the passkey' },
  subject: { key: 8, of: bytesUpTo(2048, 2), what: 'DER Name of the certificate to be' },
  evidenceHash: { key: 9, of: bytes32, what: 'SHA-256 of the registration data' },
  assuranceLevel: { key: 10, of: text(64), what: 'code of the level to which the identity was verified' },
  notBefore: { key: 11, of: time, what: 'SAM time of issue' },
  expires: { key: 12, of: time, what: 'at most 15 minutes later' },
});
export type EnrolmentBody = ValueOf<typeof enrolmentBody>;

export const enrolmentStatement = map({
  body: { key: 1, of: bytesUpTo(4096, 1), what: 'encoding of (a)' },
  pageNonce: { key: 2, of: bytes32, what: 'the nonce that the page sent with this call' },
});
export type EnrolmentStatement = ValueOf<typeof enrolmentStatement>;

export const keyProfile = map({
  algorithm: { key: 1, of: text(32), what: 'name of the key algorithm, as P-256' },
  usage: { key: 2, of: oneOf('signature', 'seal'), what: 'signature of a person or seal of a legal person' },
  soleControlLevel: { key: 3, of: uint(2), what: '1 or 2' },
  claim: { key: 4, of: text(64), what: 'code of the level that the deployment claims' },
});

/** (b): what the new passkey signs first, tag "enrol-confirm". */
export const confirmationBody = map({
  version: { key: 1, of: exactly(1), what: 'version of this body' },
  operation: { key: 2, of: exactly('enrol-confirm'), what: 'also in the domain tag' },
  enrolmentHash: { key: 3, of: bytes32, what: 'SHA-256 of (a)' },
  coseKeyHash: { key: 4, of: bytes32, what: 'SHA-256 of the new public key (COSE)' },
  credentialId: { key: 5, of: credentialId, what: 'id of the new passkey' },
  aaguid: { key: 6, of: bytes(16), what: 'model of the authenticator; zeros where not said' },
  attestation: { key: 7, of: oneOf('none'), what: 'result of the attestation' },
  backupEligible: { key: 8, of: boolean(), what: 'the passkey may be synchronised' },
  keyProfile: { key: 9, of: keyProfile, what: 'the signing key to be' },
  policyHash: { key: 10, of: bytes32, what: 'SHA-256 of the policy in force' },
  nonce: { key: 11, of: bytes32, what: 'drawn after the SAM held the public key' },
  approvalsUntil: { key: 12, of: time, what: 'at most 72 hours later' },
});
export type ConfirmationBody = ValueOf<typeof confirmationBody>;

export const confirmationStatement = map({
  body: { key: 1, of: bytesUpTo(4096, 1), what: 'encoding of (b)' },
  pageNonce: { key: 2, of: bytes32, what: 'the nonce that the page sent with this call' },
});
export type ConfirmationStatement = ValueOf<typeof confirmationStatement>;

/** (c): an officer's signature over (b). The proposal of the registration officer has the same form under another tag. */
export const approval = map({
  officerId: { key: 1, of: id, what: 'the officer, whose id is part of what was signed' },
  assertion: { key: 2, of: assertion, what: 'by one of the officer\'s own authenticators' },
});
export type Approval = ValueOf<typeof approval>;

/** Statement `order`: the SAM asks the CA for a certificate and hands over all that justifies it. */
export const orderStatement = map({
  version: { key: 1, of: exactly(1), what: 'version of this body' },
  operation: { key: 2, of: exactly('order'), what: 'what this is' },
  deploymentId: { key: 3, of: id, what: 'this deployment' },
  samId: { key: 4, of: id, what: 'this SAM' },
  orderId: { key: 5, of: id, what: 'one certificate is issued for one order' },
  enrolment: { key: 6, of: bytesUpTo(4096, 1), what: '(a)' },
  confirmation: { key: 7, of: bytesUpTo(4096, 1), what: '(b)' },
  coseKey: { key: 8, of: coseKey, what: 'the passkey that (b) names' },
  confirmationAssertion: { key: 9, of: assertion, what: 'the new passkey\'s signature over (b)' },
  proposal: { key: 10, of: approval, what: 'of the registration officer' },
  approvals: { key: 11, of: array(approval, 8), what: 'of two privileged users at least' },
  certificationRequest: { key: 12, of: bytesUpTo(8192, 64), what: 'PKCS #10, signed by the new signing key' },
  issued: { key: 13, of: time, what: 'SAM time' },
});
export type OrderStatement = ValueOf<typeof orderStatement>;

export const signedOrder = signedStatement;
