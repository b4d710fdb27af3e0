// SPDX-License-Identifier: Apache-2.0
// Logging in for the IdP (`flow.md` 3). The page makes the challenge itself; the passkey signs no bytes that anybody gave it.
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { loginChallenge } from '../checks/login.ts';
import { useDesk } from '../desk.ts';
import type { LoginQuestion } from '../doors/idp.ts';
import { Heading } from '../parts/heading.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { Sentence } from '../parts/text.tsx';
import { askPasskey, assertionJson, PasskeyError } from '../passkey/passkey.ts';
import { DoorError } from '../doors/door-error.ts';
import { problemOf } from '../text/explain.ts';

type Step = 'loading' | 'ready' | 'asking' | 'leaving' | 'failed';

export function Login({ code }: { readonly code: string | null }): VNode {
  const { text, pins, powers, idp, ssa, session, announce } = useDesk();
  const [step, setStep] = useState<Step>('loading');
  const [cause, setCause] = useState<unknown>(null);
  const question = useRef<LoginQuestion | null>(null);
  /** The person pressed "Log in" on this page a moment ago: that press counts, and no second one is asked for. */
  const own = useRef(session.isBeginning());

  const fail = (error: unknown): void => {
    setCause(error);
    setStep(error instanceof PasskeyError ? 'ready' : 'failed');
  };
  const use = async (): Promise<void> => {
    const asked = question.current;
    if (asked === null) return;
    setCause(null);
    setStep('asking');
    const challenge = await loginChallenge(pins, asked.issuer, asked.nonce);
    const answer = await askPasskey({ rpId: pins.rpId, challenge, allowed: [] });
    setStep('leaving');
    announce(text.login.leaving);
    const statement = await ssa.login(answer);
    powers.leave(await idp.finishLogin(asked.session, statement, assertionJson(answer)));
  };
  const begin = async (): Promise<void> => {
    if (code === null) throw new DoorError('refused', 'code_unknown');
    const asked = await idp.beginLogin(code);
    question.current = asked;
    setStep('ready');
    if (own.current) await use();
  };
  useEffect(() => {
    begin().catch(fail);
  }, []);

  const asked = question.current;
  return (
    <div data-testid="login-state" data-state={step}>
      <Heading title={text.login.title}>{text.login.title}</Heading>
      {step === 'loading' && <Skeleton />}
      {asked !== null && <p class="lead">{own.current ? text.login.leadOwn : <Sentence of={text.login.lead(asked.clientName)} />}</p>}
      {cause !== null && <ProblemNote problem={problemOf(cause, text)} nothingSigned={false} />}
      {step === 'failed' && (
        <div class="actions column">
          <button type="button" class="solid" data-testid="login-again" onClick={() => void session.begin('/').catch(fail)}>
            {text.welcome.logIn}
          </button>
        </div>
      )}
      {asked !== null && step !== 'failed' && (
        <>
          <div class="actions column">
            <button
              type="button"
              class="solid"
              data-testid="login-passkey"
              disabled={step !== 'ready'}
              onClick={() => void use().catch(fail)}
            >
              {step === 'asking' ? text.login.asking : step === 'leaving' ? text.login.leaving : text.login.passkey}
            </button>
          </div>
          <p class="faint">{text.login.notSigning}</p>
          <p class="faint">{text.login.otherDevice}</p>
        </>
      )}
    </div>
  );
}
