// SPDX-License-Identifier: Apache-2.0
// The officers of a trial deployment, as a process outside: they read what waits, propose and approve it through the SSA's officer door like anyone, with
// authenticators of their own. They approve everybody: nobody compares a code and nobody looks at a person, which is why certificates say so.
import { enrolmentBody, confirmationBody } from '@sigillo/doors/sap';
import { decode } from '@sigillo/doors/schema';
import { fromBase64url, fromHex, sameBytes, toBase64url } from '@sigillo/standards/bytes';
import { announceReady, linesToStandardOutput, onStop, openLog } from '@sigillo/wire';
import { sha256 } from './authenticator.ts';
import { Office } from './office.ts';
import type { PendingEnrolment } from './officer-door.ts';

const POLL_MS = 400;
const POLL_AFTER_FAILURE_MS = 2000;

const office = new Office(process.argv[2]);
const log = openLog('demo-officers', linesToStandardOutput(), Date.now);

/** One officer's step for one enrolment; the next poll takes the next step. */
async function serve(enrolment: PendingEnrolment): Promise<void> {
  const enrolmentBytes = fromBase64url(enrolment.enrolment);
  const confirmationBytes = fromBase64url(enrolment.confirmation);
  decode(enrolmentBody, enrolmentBytes);
  const confirmation = decode(confirmationBody, confirmationBytes);
  if (!sameBytes(confirmation.enrolmentHash, sha256(enrolmentBytes))) throw new Error('a confirmation of another enrolment');
  const proposing = enrolment.state === 'pending_proposal';
  const done = new Set([enrolment.proposer, ...enrolment.approvers]);
  const officer = office.officers.find((one) => one.role === (proposing ? 'registration' : 'privileged') && !done.has(toBase64url(fromHex(one.officerId))));
  if (officer === undefined || enrolment.state === 'approved') return;
  const approval = office.sign(officer, proposing ? 'enrol-propose' : 'enrol', confirmationBytes);
  const state = await office.door.send(proposing ? 'propose' : 'approve', { enrolmentHash: toBase64url(confirmation.enrolmentHash), approval });
  log.info(proposing ? 'proposed' : 'approved', { code: state });
}

async function round(): Promise<number> {
  try {
    const waiting = await office.door.pending();
    for (const enrolment of waiting) await serve(enrolment);
    return waiting.some((enrolment) => enrolment.state !== 'approved') ? 0 : POLL_MS;
  } catch (cause) {
    log.error('round_failed', { code: 'internal' }, cause);
    return POLL_AFTER_FAILURE_MS;
  }
}

let timer: NodeJS.Timeout | undefined;
let stopped = false;
const next = (afterMs: number): void => {
  if (!stopped) timer = setTimeout(() => void step(), afterMs);
};
onStop(() => {
  stopped = true;
  clearTimeout(timer);
});
const step = async (): Promise<void> => next(await round());
next(0);
announceReady();
