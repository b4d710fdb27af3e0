// SPDX-License-Identifier: Apache-2.0
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useDesk } from '../desk.ts';
import { Heading } from '../parts/heading.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { Sentence } from '../parts/text.tsx';
import { passkeysAreSupported, PasskeyError } from '../passkey/passkey.ts';
import { waitingEnrolment } from '../state/enrolment.ts';
import { problemOf } from '../text/explain.ts';

export function Welcome(): VNode {
  const { text, pins, session, kept, go } = useDesk();
  const [cause, setCause] = useState<unknown>(passkeysAreSupported() ? null : new PasskeyError('passkey_not_supported'));
  const waiting = waitingEnrolment(kept);
  const logIn = (): void => {
    session.begin('/').catch(setCause);
  };
  return (
    <div data-testid="welcome">
      <Heading title={text.welcome.title}>{text.welcome.title}</Heading>
      <p class="lead">{text.welcome.lead}</p>
      {cause !== null && <ProblemNote problem={problemOf(cause, text)} />}
      {waiting !== null && (
        <div class="note">
          <p>
            <Sentence of={text.welcome.enrolmentWaits(waiting.name)} />
          </p>
          <p>
            <button type="button" data-testid="welcome-enrolment" onClick={() => go('sign-up')}>
              {text.welcome.enrolmentSee}
            </button>
          </p>
        </div>
      )}
      <div class="actions column">
        {waiting === null && (
          <button type="button" class="solid" data-testid="welcome-sign-up" onClick={() => go('sign-up')}>
            {text.welcome.signUp}
          </button>
        )}
        <button type="button" data-testid="welcome-log-in" onClick={logIn}>
          {text.welcome.logIn}
        </button>
      </div>
      <p class="faint">
        <Sentence of={text.welcome.organisation(pins.organisation)} />
      </p>
    </div>
  );
}
