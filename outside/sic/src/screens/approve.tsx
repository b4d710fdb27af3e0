// SPDX-License-Identifier: Apache-2.0
// Reading and deciding. On a phone one after the other; where there is room, the document left and the decision right, always in sight.
import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useDesk } from '../desk.ts';
import { ApprovalFlow, type ApprovalSource, type ApprovalState, type ApprovalView } from '../flow/approval.ts';
import { type DocumentLook, UNSEEN_LOOK } from '../parts/document-frame.tsx';
import { Heading } from '../parts/heading.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { Link } from '../parts/shell.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { Sentence } from '../parts/text.tsx';
import { askPasskey } from '../passkey/passkey.ts';
import { codeOf, problemOf } from '../text/explain.ts';
import { Decision } from './decision.tsx';
import { Reading } from './reading.tsx';

const CHANNEL = 'sigillo.decisions';

export function Approve({ source }: { readonly source: ApprovalSource }): VNode {
  const desk = useDesk();
  const { text, language } = desk;
  const [state, setState] = useState<ApprovalState>({ step: 'loading' });
  const flow = useRef<ApprovalFlow | null>(null);

  useEffect(() => {
    const channel = new BroadcastChannel(CHANNEL);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel reaches its own origin only.
    const decided = (ticketId: string): void => channel.postMessage(ticketId);
    const created = new ApprovalFlow({ ...desk, ask: askPasskey, decided }, setState);
    channel.onmessage = (event: MessageEvent<unknown>) => {
      if (typeof event.data === 'string') created.heardDecision(event.data);
    };
    flow.current = created;
    void created.load(source, language);
    return () => channel.close();
  }, []);

  const code = state.step === 'refused' ? codeOf(state.cause) : '';
  return (
    <div class="approve" data-testid="approve-state" data-state={state.step} data-code={code}>
      <Body
        state={state}
        again={() => void flow.current?.load(null, language)}
        sign={() => void flow.current?.sign(language)}
        decline={(reason) => void flow.current?.decline(reason)}
        waiting={text.document.fetching}
      />
    </div>
  );
}

interface BodyProps {
  readonly state: ApprovalState;
  readonly waiting: string;
  readonly again: () => void;
  readonly sign: () => void;
  readonly decline: (reason: string) => void;
}

function Body({ state, waiting, again, sign, decline }: BodyProps): VNode {
  const { text } = useDesk();
  switch (state.step) {
    case 'loading':
      return (
        <Narrow title={text.approve.readTitle}>
          <p role="status">{waiting}</p>
          <Skeleton lines={6} />
        </Narrow>
      );
    case 'ready':
    case 'asking':
    case 'deciding':
      return <Open view={state.view} state={state} sign={sign} decline={decline} />;
    case 'finding':
      return (
        <Narrow title={text.approve.title}>
          <p role="status" class="note busy">
            {text.approve.finding}
          </p>
        </Narrow>
      );
    case 'approved':
      return (
        <Narrow title={text.approve.title}>
          <p role="status" class="note good">
            {state.client === null ? text.approve.approvedDone : <Sentence of={text.approve.approved(state.client)} />}
          </p>
          {!state.leaving && <Link screen="keys">{text.common.keys}</Link>}
        </Narrow>
      );
    case 'declined':
      return (
        <Narrow title={text.approve.title}>
          <p role="status" class="note">
            {state.client === null ? text.common.nothingSigned : <Sentence of={text.approve.declined(state.client)} />}
          </p>
          <Link screen="waiting">{text.common.waiting}</Link>
        </Narrow>
      );
    case 'elsewhere':
      return (
        <Narrow title={text.approve.title}>
          <p role="status" class="note">
            {text.approve.elsewhere}
          </p>
          <Link screen="waiting">{text.common.waiting}</Link>
        </Narrow>
      );
    case 'refused':
      return <Refused state={state} again={again} />;
  }
}

/** Some ends are final for this request; where a fresh question can be asked, that is offered. */
function Refused({ state, again }: { readonly state: Extract<ApprovalState, { step: 'refused' }>; readonly again: () => void }): VNode {
  const { text, session } = useDesk();
  const problem = problemOf(state.cause, text);
  const stopped = problem.words === text.problems.check_failed;
  const loggedOut = problem.words === text.problems.logged_out;
  const ended = problem.words === text.problems.expired && state.client !== null;
  return (
    <Narrow title={text.error.title}>
      <ProblemNote problem={problem} nothingSigned={state.signed === 'nothing'}>
        {ended && state.client !== null && (
          <p>
            <Sentence of={text.approve.ended(state.client)} />
          </p>
        )}
      </ProblemNote>
      <div class="actions">
        {loggedOut && (
          <button type="button" class="solid" onClick={() => void session.begin('/approve').catch(again)}>
            {text.welcome.logIn}
          </button>
        )}
        {!stopped && !loggedOut && (
          <button type="button" data-testid="approve-again" onClick={again}>
            {text.common.again}
          </button>
        )}
        <Link screen="waiting" class="button">
          {text.common.home}
        </Link>
      </div>
    </Narrow>
  );
}

function Narrow({ title, children }: { readonly title: string; readonly children: VNode | (VNode | false)[] }): VNode {
  return (
    <div class="narrow">
      <Heading title={title}>{title}</Heading>
      {children}
    </div>
  );
}

interface OpenProps {
  readonly view: ApprovalView;
  readonly state: Extract<ApprovalState, { step: 'ready' | 'asking' | 'deciding' }>;
  readonly sign: () => void;
  readonly decline: (reason: string) => void;
}

function Open({ view, state, sign, decline }: OpenProps): VNode {
  const [phase, setPhase] = useState<'read' | 'decide'>('read');
  const [looks, setLooks] = useState<readonly DocumentLook[]>(() => (view.documents ?? []).map(() => UNSEEN_LOOK));
  const documents = useMemo(() => view.documents, []);
  const setLook = (at: number, change: (look: DocumentLook) => DocumentLook): void => {
    setLooks((before) => before.map((look, index) => (index === at ? change(look) : look)));
  };
  return (
    <div class="two" data-phase={phase}>
      <Reading view={view} documents={documents} looks={looks} setLook={setLook} goOn={() => setPhase('decide')} />
      <Decision view={view} state={state} looks={looks} phase={phase} sign={sign} decline={decline} back={() => setPhase('read')} />
    </div>
  );
}
