// SPDX-License-Identifier: Apache-2.0
import type { Request } from '@sigillo/doors/door';
import { person, type samDoor } from '@sigillo/doors/sam';
import { enrolmentBody, type EnrolmentBody, enrolmentStatement } from '@sigillo/doors/sap';
import { encode } from '@sigillo/doors/schema';
import { concat } from '@sigillo/standards/bytes';
import { sha256 } from '../hash.ts';
import { requireNewWork } from '../new-work.ts';
import { SamRefusal } from '../refusals.ts';
import type { State } from '../state.ts';
import { type SignedStatement, signStatement } from '../statements.ts';
import { subjectOf } from './subject.ts';

const LIFETIME_SECONDS = 900;

/** A person asks to become a signer: gives (a), signed. Nothing is kept but in memory. */
export async function begin(state: State, request: Request<(typeof samDoor)['enrolBegin']>): Promise<SignedStatement> {
  requireNewWork(state);
  if (state.memory.enrolmentsPending() >= state.limits.enrolmentsPending) throw new SamRefusal('enrolments_full');
  const fields = makeFields(state, request.person);
  const body = encode(enrolmentBody, fields);
  state.begun.add({
    enrolmentHash: sha256(body),
    body,
    fields,
    deadline: state.clock.monotonic() + LIFETIME_SECONDS * 1000,
    held: undefined,
  });
  return signStatement(state.cryptoModule, 'enrolment', enrolmentStatement, { body, pageNonce: request.pageNonce });
}

function makeFields(state: State, who: Request<(typeof samDoor)['enrolBegin']>['person']): EnrolmentBody {
  const { deployment, powers, clock } = state;
  const signerId = powers.random(16);
  const nonce = powers.random(32);
  const notBefore = clock.seconds();
  return {
    version: 1,
    operation: 'enrol',
    deploymentId: deployment.deploymentId,
    samId: deployment.samId,
    operationNumber: state.nextOperationNumber(),
    nonce,
    signerId,
    subject: subjectOf(who, deployment.policy.organisation, signerId),
    // With the nonce, so that nobody can look for a name by its hash.
    evidenceHash: sha256(concat(nonce, encode(person, who))),
    assuranceLevel: deployment.policy.assuranceLevel,
    notBefore,
    expires: notBefore + LIFETIME_SECONDS,
  };
}
