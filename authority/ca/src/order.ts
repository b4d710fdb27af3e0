// SPDX-License-Identifier: Apache-2.0
// The checks of an order (`issue`), in their order. The CA believes the SAM's signature, the new passkey's and the officers', not whoever carries the order.
import { allowKey, AlgorithmError } from '@sigillo/standards/algorithms';
import {
  challengePreimage,
  confirmationBody,
  enrolmentBody,
  orderStatement,
  type Approval,
  type ConfirmationBody,
  type EnrolmentBody,
  type OrderStatement,
} from '@sigillo/doors/sap';
import { sameBytes } from '@sigillo/standards/bytes';
import { keyKindOf, parseCertificationRequest, parsePublicKey, verifyPossession, type CertificationRequest } from '@sigillo/standards/x509';
import { sha256, verifySignature } from '@sigillo/wire';
import { OrderError, type OrderErrorCode } from './error.ts';
import type { ProvenOrder } from './issue.ts';
import type { Officer, Pins } from './pins.ts';
import { proveAssertion } from './assertion.ts';
import { attempt, Distinct, isHere, parse, proveLately, proveOfficer, proveSamSignature, type SignedStatement } from './proof.ts';

interface Parts {
  readonly order: OrderStatement;
  readonly enrolment: EnrolmentBody;
  readonly confirmation: ConfirmationBody;
}

/** Returns the order with all that it proved, or throws an OrderError. `nowSeconds` is the wall clock. */
export function proveOrder(pins: Pins, signed: SignedStatement, nowSeconds: number): ProvenOrder {
  proveSamSignature(pins, 'order', signed);
  const order = parse(orderStatement, signed.statement);
  const parts = { order, enrolment: parse(enrolmentBody, order.enrolment), confirmation: parse(confirmationBody, order.confirmation) };
  proveDeployment(pins, parts);
  proveLately(order, nowSeconds);
  proveParts(parts);
  proveConfirmation(pins, order);
  proveApprovals(pins, parts);
  return { order, hash: sha256(signed.statement), request: proveRequest(pins, parts, nowSeconds) };
}

function proveDeployment(pins: Pins, { order, enrolment }: Parts): void {
  if (!isHere(pins, order) || !isHere(pins, enrolment)) throw new OrderError('order_other_deployment');
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
  const distinct = new Distinct('order_approval');
  distinct.add(proveRole(pins, order, order.proposal, 'enrol-propose', 'order_proposal'), order.proposal);
  for (const approval of order.approvals) distinct.add(proveRole(pins, order, approval, 'enrol', 'order_approval'), approval);
  if (order.approvals.length < pins.policy.approvalsNeeded) throw new OrderError('order_approvals_too_few');
}

const ROLE_OF = { 'enrol-propose': 'registration', enrol: 'privileged' } as const;

function proveRole(pins: Pins, { confirmation }: OrderStatement, approval: Approval, command: keyof typeof ROLE_OF, code: OrderErrorCode): Officer {
  const officer = proveOfficer(pins, confirmation, approval, command, code);
  if (officer.role !== ROLE_OF[command]) throw new OrderError(code);
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
