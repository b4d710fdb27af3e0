// SPDX-License-Identifier: Apache-2.0
// The checks of an order (`issue`), in their order. The CA believes the SAM's signature, the new passkey's and the officers', not whoever carries the order.
import { allowKey, AlgorithmError, ecdsaSignatureToDer } from '@sigillo/standards/algorithms';
import {
  challengePreimage,
  confirmationBody,
  enrolmentBody,
  officerChallengePreimage,
  orderStatement,
  signedPreimage,
  type Approval,
  type ConfirmationBody,
  type EnrolmentBody,
  type OrderStatement,
} from '@sigillo/doors/sap';
import { decode, type Schema } from '@sigillo/doors/schema';
import { sameBytes, toHex } from '@sigillo/standards/bytes';
import { keyKindOf, parseCertificationRequest, parsePublicKey, verifyPossession, type CertificationRequest } from '@sigillo/standards/x509';
import { sha256, verifySignature } from '@sigillo/wire';
import { OrderError, type OrderErrorCode } from './error.ts';
import type { ProvenOrder } from './issue.ts';
import type { Officer, OfficerRole, Pins } from './pins.ts';
import { proveAssertion, type ExpectedAssertion } from './assertion.ts';

/** An order older than this was overtaken by something; the SAM makes a new one. */
const AGE_SECONDS_MAX = 3600;
const CLOCK_SLACK_SECONDS = 60;
const SAM_ALGORITHM = { scheme: 'ecdsa', hash: 'sha256' } as const;

interface Parts {
  readonly order: OrderStatement;
  readonly enrolment: EnrolmentBody;
  readonly confirmation: ConfirmationBody;
}

/** Returns the order with all that it proved, or throws an OrderError. `nowSeconds` is the wall clock. */
export function proveOrder(pins: Pins, signed: { readonly statement: Uint8Array; readonly signature: Uint8Array }, nowSeconds: number): ProvenOrder {
  proveSamSignature(pins, signed);
  const order = parse(orderStatement, signed.statement);
  const parts = { order, enrolment: parse(enrolmentBody, order.enrolment), confirmation: parse(confirmationBody, order.confirmation) };
  proveDeployment(pins, parts);
  if (order.issued + AGE_SECONDS_MAX < nowSeconds || order.issued > nowSeconds + CLOCK_SLACK_SECONDS) throw new OrderError('order_stale');
  proveParts(parts);
  proveConfirmation(pins, order);
  proveApprovals(pins, parts);
  return { order, hash: sha256(signed.statement), request: proveRequest(pins, parts, nowSeconds) };
}

function proveSamSignature(pins: Pins, signed: { readonly statement: Uint8Array; readonly signature: Uint8Array }): void {
  attempt('order_signature', () => verifySignature(SAM_ALGORITHM, pins.samIdentityKey, signedPreimage('order', signed.statement), ecdsaSignatureToDer(signed.signature, 'P-256')));
}

function proveDeployment(pins: Pins, { order, enrolment }: Parts): void {
  const here = (body: { readonly deploymentId: Uint8Array; readonly samId: Uint8Array }): boolean => sameBytes(body.deploymentId, pins.deploymentId) && sameBytes(body.samId, pins.samId);
  if (!here(order) || !here(enrolment)) throw new OrderError('order_other_deployment');
}

/** (b) names (a) and the passkey that the order carries. */
function proveParts({ order, confirmation }: Parts): void {
  const fits =
    sameBytes(confirmation.enrolmentHash, sha256(order.enrolment)) &&
    sameBytes(confirmation.coseKeyHash, sha256(order.coseKey)) &&
    sameBytes(confirmation.credentialId, order.confirmationAssertion.credentialId);
  if (!fits) throw new OrderError('order_parts_differ');
}

function proveConfirmation(pins: Pins, order: OrderStatement): void {
  const expected = { challenge: sha256(challengePreimage('enrol-confirm', order.confirmation)), origin: pins.signOrigin, rpId: pins.rpId, coseKey: order.coseKey };
  attempt('order_confirmation', () => proveAssertion(order.confirmationAssertion, expected));
}

/** A registration officer proposed; enough privileged users, other persons all, approved with authenticators of their own. */
function proveApprovals(pins: Pins, { order, confirmation }: Parts): void {
  if (confirmation.approvalsUntil < order.issued) throw new OrderError('order_approvals_expired');
  const proposer = proveOfficer(pins, order, order.proposal, 'enrol-propose', 'registration', 'order_proposal');
  const persons = new Set([proposer.personId]);
  const authenticators = new Set([toHex(order.proposal.assertion.credentialId)]);
  for (const approval of order.approvals) {
    const officer = proveOfficer(pins, order, approval, 'enrol', 'privileged', 'order_approval');
    const authenticator = toHex(approval.assertion.credentialId);
    if (persons.has(officer.personId) || authenticators.has(authenticator)) throw new OrderError('order_approval');
    persons.add(officer.personId);
    authenticators.add(authenticator);
  }
  if (order.approvals.length < pins.policy.approvalsNeeded) throw new OrderError('order_approvals_too_few');
}

function proveOfficer(pins: Pins, order: OrderStatement, approval: Approval, command: 'enrol-propose' | 'enrol', role: OfficerRole, code: OrderErrorCode): Officer {
  const officer = pins.officers.get(toHex(approval.officerId));
  if (officer === undefined || officer.role !== role) throw new OrderError(code);
  const authenticator = officer.authenticators.find(({ credentialId }) => sameBytes(credentialId, approval.assertion.credentialId));
  if (authenticator === undefined) throw new OrderError(code);
  const expected: ExpectedAssertion = {
    challenge: sha256(officerChallengePreimage(command, order.confirmation, approval.officerId)),
    origin: pins.officerOrigin,
    rpId: pins.officerRpId,
    coseKey: authenticator.coseKey,
  };
  attempt(code, () => proveAssertion(approval.assertion, expected));
  return officer;
}

/** PKCS #10: the approved subject, signed by the key that it names, of a kind that the policy allows today. */
function proveRequest(pins: Pins, { order, enrolment }: Parts, nowSeconds: number): CertificationRequest {
  const request = attempt('order_request', () => {
    const parsed = parseCertificationRequest(order.certificationRequest);
    verifyPossession(parsed, verifySignature);
    return parsed;
  });
  if (!sameBytes(request.subject.encoded, enrolment.subject)) throw new OrderError('order_subject');
  if (pins.policy.algorithms !== 'eu-2026') throw new OrderError('order_key_not_allowed');
  try {
    allowKey(pins.policy.algorithms, 'certify', keyKindOf(parsePublicKey(request.spki)), nowSeconds * 1000);
  } catch (cause) {
    if (cause instanceof AlgorithmError) throw new OrderError('order_key_not_allowed', { cause });
    throw cause;
  }
  return request;
}

function parse<T>(schema: Schema<T>, bytes: Uint8Array): T {
  return attempt('order_malformed', () => decode(schema, bytes));
}

function attempt<T>(code: OrderErrorCode, prove: () => T): T {
  try {
    return prove();
  } catch (cause) {
    throw new OrderError(code, { cause });
  }
}
