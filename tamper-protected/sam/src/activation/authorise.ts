// SPDX-License-Identifier: Apache-2.0
// Authorise: the signer's passkey answered. The intent is taken out of its map first; whatever fails afterwards has spent it, and the
// journal says why. Line 14: nothing is answered before AUTHORISED is durable.
import type { Request } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import { algorithms, dtbsrList, receiptStatement } from '@sigillo/doors/sap';
import { encode } from '@sigillo/doors/schema';
import { toHex } from '@sigillo/standards/bytes';
import { sha256 } from '../hash.ts';
import { authorisedDetail, namesPersonal } from '../journal/details.ts';
import type { Appended } from '../journal/journal.ts';
import { REFUSALS, SamRefusal } from '../refusals.ts';
import type { State } from '../state.ts';
import { type SignedStatement, signStatement } from '../statements.ts';
import { suspendPasskey } from '../stop.ts';
import { takeIssued } from './checks/take-issued.ts';
import type { AuthorisedOperation, IssuedOperation } from './operations.ts';
import { placesOf } from './places.ts';
import { type Assertion, type AuthorisedActivation, takeProof } from './proofs.ts';
import { recordSpent } from './spent.ts';
import { verifyAnswer } from './verify-answer.ts';

export type AuthoriseRequest = Request<(typeof samDoor)['authorise']>;

export async function authorise(state: State, request: AuthoriseRequest): Promise<SignedStatement> {
  const issued = takeIssued(state.operations, request.challenge); // 1
  let activation: AuthorisedActivation;
  try {
    activation = verifyAnswer(state, issued, request); // 2 to 13
  } catch (cause) {
    await spend(state, issued, request.assertion, cause);
    throw cause;
  }
  const operation = admit(state, activation, request.pageNonce);
  await record(state, activation, operation, request.assertion).durable; // 14
  return receiptOf(state, operation);
}

/** The receipt of an operation whose record is durable. Where signing it failed, it is signed when it is asked for again. */
export async function receiptOf(state: State, operation: AuthorisedOperation): Promise<SignedStatement> {
  operation.receipt ??= await signReceipt(state, operation);
  return operation.receipt;
}

/** A refused answer is written down before the refusal is told; a passkey that seems to exist twice is suspended. */
async function spend(state: State, issued: IssuedOperation, assertion: Assertion, cause: unknown): Promise<void> {
  const code = cause instanceof SamRefusal ? cause.code : 'sad_malformed';
  const { durable } = recordSpent(state, issued, null, code, []);
  const doubled = code === 'sad_sign_count';
  await (doubled ? suspendPasskey(state, issued, assertion.credentialId) : durable);
  state.powers.log.warn('answer_refused', { code, count: REFUSALS[code].line });
}

function admit(state: State, activation: AuthorisedActivation, pageNonce: Uint8Array): AuthorisedOperation {
  takeProof(activation);
  const { operation: issued, wrapped } = activation;
  const handle = state.powers.random(32);
  const operation: AuthorisedOperation = {
    issued,
    handle,
    handleKey: toHex(handle),
    deadline: state.clock.monotonic() + state.deployment.policy.executeSeconds * 1000,
    wrapped,
    places: placesOf(issued.items),
    taken: issued.items.map(() => false),
    left: issued.items.length,
    calls: new Map(),
    refusals: 0,
    executing: new Set(),
    running: 0,
    expires: state.clock.seconds() + state.deployment.policy.executeSeconds,
    pageNonce,
    receipt: undefined,
    ended: false,
  };
  state.operations.authorise(operation);
  return operation;
}

function record(state: State, activation: AuthorisedActivation, operation: AuthorisedOperation, assertion: Assertion): Appended {
  const { issued, handle, expires } = operation;
  const { intent } = issued;
  const detail = encode(authorisedDetail, {
    handle,
    ticketId: issued.ticketId,
    ticketExpires: issued.ticketExpires,
    clientKeyThumbprint: intent.clientKeyThumbprint,
    hashAlgorithm: intent.hashAlgorithm,
    signatureAlgorithm: intent.signatureAlgorithm,
    signatureParameters: intent.signatureParameters,
    dtbsrs: issued.items.map(({ dtbsr }) => dtbsr),
    expires,
    authenticator: activation.passkeyRowId,
    signCount: activation.signCount,
    bodyHash: sha256(issued.body),
    assertionHash: sha256(assertion.signature),
  });
  const personal = issued.subjectKey.seal(
    `authorised ${issued.challengeKey}`,
    encode(namesPersonal, { names: issued.items.map(({ name }) => name) }),
  );
  return state.journal.append({
    event: 'authorised',
    signerId: intent.signerId,
    keyId: intent.keyId,
    clientId: intent.clientId,
    operation: issued.challenge,
    detail,
    personal,
  });
}

function signReceipt(state: State, { issued, handle, expires, pageNonce }: AuthorisedOperation): Promise<SignedStatement> {
  const { intent, items } = issued;
  const { deploymentId, samId } = state.deployment;
  const { hashAlgorithm, signatureAlgorithm, signatureParameters, count } = intent;
  return signStatement(state.cryptoModule, 'receipt', receiptStatement, {
    version: 1,
    operation: 'receipt',
    deploymentId,
    samId,
    ticketId: issued.ticketId,
    handle,
    signerId: intent.signerId,
    keyId: intent.keyId,
    clientId: intent.clientId,
    clientKeyThumbprint: intent.clientKeyThumbprint,
    algorithmsHash: sha256(encode(algorithms, { hashAlgorithm, signatureAlgorithm, signatureParameters, count })),
    listHash: sha256(
      encode(
        dtbsrList,
        items.map(({ dtbsr }) => dtbsr),
      ),
    ),
    expires,
    pageNonce,
  });
}
