// SPDX-License-Identifier: Apache-2.0
// Becoming a signer (`flow.md` 4): entries, a new passkey, its confirmation, and waiting for those who must agree.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CheckedConfirmation, Person } from '../checks/enrolment.ts';
import { useDesk } from '../desk.ts';
import { fullName } from '@sigillo/doors/sam';
import { Heading } from '../parts/heading.tsx';
import { levelWords } from '../parts/level.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { Name } from '../parts/text.tsx';
import { askPasskey, makePasskey } from '../passkey/passkey.ts';
import { keepEnrolment, waitingEnrolment } from '../state/enrolment.ts';
import { problemOf } from '../text/explain.ts';
import { PersonForm } from './person-form.tsx';
import { SignUpWaiting } from './sign-up-waiting.tsx';

interface Made {
  readonly name: string;
  readonly hash: Uint8Array;
  readonly credentialId: Uint8Array;
  readonly confirmation: CheckedConfirmation;
}

export function SignUp(): VNode {
  const { kept } = useDesk();
  const [waiting, setWaiting] = useState(() => waitingEnrolment(kept));
  const [made, setMade] = useState<Made | null>(null);
  if (waiting !== null) return <SignUpWaiting enrolment={waiting} over={() => setWaiting(null)} />;
  if (made !== null) return <Confirm made={made} done={() => setWaiting(waitingEnrolment(kept))} over={() => setMade(null)} />;
  return <Make done={setMade} />;
}

function Make({ done }: { readonly done: (made: Made) => void }): VNode {
  const { text, pins, ssa } = useDesk();
  const [busy, setBusy] = useState(false);
  const [cause, setCause] = useState<unknown>(null);
  const make = async (person: Person): Promise<void> => {
    const { body, hash, challenge } = await ssa.beginEnrolment(person);
    const passkey = await makePasskey({ rpId: pins.rpId, challenge, userId: body.signerId, userName: fullName(person) });
    done({ name: fullName(person), hash, credentialId: passkey.credentialId, confirmation: await ssa.enrolKey(hash, passkey) });
  };
  const start = (person: Person): void => {
    setBusy(true);
    setCause(null);
    make(person)
      .catch(setCause)
      .finally(() => setBusy(false));
  };
  return (
    <div data-testid="sign-up-state" data-state={busy ? 'making' : 'form'}>
      <Heading title={text.signUp.title}>{text.signUp.title}</Heading>
      <p>{text.signUp.lead}</p>
      {cause !== null && <ProblemNote problem={problemOf(cause, text)} />}
      <PersonForm busy={busy} submit={start} />
    </div>
  );
}

/** The new passkey signs what the SAM made of all this; the page has compared it with what it made itself. */
function Confirm({ made, done, over }: { readonly made: Made; readonly done: () => void; readonly over: () => void }): VNode {
  const { text, pins, ssa, kept } = useDesk();
  const [busy, setBusy] = useState(false);
  const [cause, setCause] = useState<unknown>(null);
  const { body, challenge, code } = made.confirmation;
  const confirm = async (): Promise<void> => {
    const answer = await askPasskey({ rpId: pins.rpId, challenge, allowed: [made.credentialId] });
    await ssa.confirmEnrolment(made.hash, answer);
    keepEnrolment(kept, { hash: made.hash, code, name: made.name });
    done();
  };
  const start = (): void => {
    setBusy(true);
    setCause(null);
    confirm()
      .catch(setCause)
      .finally(() => setBusy(false));
  };
  return (
    <div data-testid="sign-up-state" data-state={busy ? 'confirming' : 'confirm'}>
      <Heading title={text.signUp.confirmTitle}>{text.signUp.confirmTitle}</Heading>
      <p>{text.signUp.confirmLead}</p>
      <dl class="facts">
        <div>
          <dt>{text.signUp.confirmName}</dt>
          <dd>
            <Name>{made.name}</Name>
          </dd>
        </div>
        <div>
          <dt>{text.signUp.confirmLevel}</dt>
          <dd>{levelWords(text, body.keyProfile)}</dd>
        </div>
      </dl>
      {cause !== null && <ProblemNote problem={problemOf(cause, text)} />}
      <div class="actions column">
        <button type="button" class="solid" data-testid="sign-up-confirm" disabled={busy} onClick={start}>
          {busy ? text.signUp.making : text.signUp.confirm}
        </button>
        {cause !== null && (
          <button type="button" onClick={over}>
            {text.signUp.forget}
          </button>
        )}
      </div>
    </div>
  );
}
