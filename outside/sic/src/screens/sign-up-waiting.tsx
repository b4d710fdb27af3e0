// SPDX-License-Identifier: Apache-2.0
// Those who must agree are asked elsewhere; this screen shows how far it is, by the SAM's signed word, until the key is active.
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useDesk } from '../desk.ts';
import { DoorError } from '../doors/door-error.ts';
import { Heading } from '../parts/heading.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { forgetEnrolment, type WaitingEnrolment } from '../state/enrolment.ts';
import { problemOf } from '../text/explain.ts';

const STATES = ['pending_proposal', 'pending_approval', 'approved', 'ordered', 'active'] as const;
type State = (typeof STATES)[number];
const POLL_MS = 1500;
const POLL_MS_LATER = 10_000;
const QUICK_POLLS = 40;

/** Which steps of the list are done in each state. */
const STEPS_DONE: Readonly<Record<State, number>> = { pending_proposal: 1, pending_approval: 2, approved: 3, ordered: 3, active: 4 };

export function SignUpWaiting({ enrolment, over }: { readonly enrolment: WaitingEnrolment; readonly over: () => void }): VNode {
  const { text, session, kept, ssa, announce } = useDesk();
  const [state, setState] = useState<State>('pending_proposal');
  const [cause, setCause] = useState<unknown>(null);
  const [ended, setEnded] = useState(false);

  useEffect(() => {
    let here = true;
    let polls = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const poll = async (): Promise<void> => {
      const outcome = await ssa.enrolmentOutcome(enrolment.hash);
      if (!here) return;
      const known = STATES.find((one) => one === outcome.state);
      if (known === undefined) throw new DoorError('refused', outcome.code === '' ? 'enrolment_expired' : outcome.code);
      setCause(null);
      setState(known);
      if (known !== 'active') timer = setTimeout(() => run(), ++polls < QUICK_POLLS ? POLL_MS : POLL_MS_LATER);
    };
    const run = (): void => {
      poll().catch((error: unknown) => {
        if (!here) return;
        setCause(error);
        const passing = error instanceof DoorError && (error.kind !== 'refused' || error.status >= 500 || error.status === 429);
        if (passing) timer = setTimeout(run, POLL_MS_LATER);
        else setEnded(true);
      });
    };
    run();
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, []);
  useEffect(() => {
    if (state === 'active') announce(text.signUp.activeTitle);
  }, [state]);

  const startOver = (): void => {
    forgetEnrolment(kept);
    over();
  };
  const logIn = (): void => {
    forgetEnrolment(kept);
    session.begin('/keys').catch(setCause);
  };
  const active = state === 'active';
  const title = active ? text.signUp.activeTitle : text.signUp.waitingTitle;
  return (
    <div data-testid="sign-up-state" data-state={ended ? 'ended' : state}>
      <Heading title={title}>{title}</Heading>
      {cause !== null && <ProblemNote problem={problemOf(cause, text)} />}
      {!ended && <p>{active ? text.signUp.activeLead : text.signUp.waitingLead}</p>}
      {active && (
        <div class="actions column">
          <button type="button" class="solid" data-testid="sign-up-log-in" onClick={logIn}>
            {text.signUp.logIn}
          </button>
        </div>
      )}
      {!active && !ended && (
        <div class="note">
          <p class="faint">{text.signUp.code}</p>
          <p class="code" data-testid="sign-up-code">
            {enrolment.code}
          </p>
          <p class="faint">{text.signUp.codeHint}</p>
        </div>
      )}
      {!ended && <Steps done={STEPS_DONE[state]} />}
      {ended && (
        <div class="actions column">
          <button type="button" class="solid" data-testid="sign-up-over" onClick={startOver}>
            {text.signUp.forget}
          </button>
        </div>
      )}
    </div>
  );
}

function Steps({ done }: { readonly done: number }): VNode {
  const { text } = useDesk();
  const names = [text.signUp.steps.passkey, text.signUp.steps.proposed, text.signUp.steps.approved, text.signUp.steps.certified];
  return (
    <ol class="steps">
      {names.map((name, at) => (
        <li key={name} data-done={at < done}>
          <span>{name}</span>
          <span class="faint">{at < done ? text.signUp.stepDone : text.signUp.stepOpen}</span>
        </li>
      ))}
    </ol>
  );
}
