// SPDX-License-Identifier: Apache-2.0
// One sentence, what belongs to it, two buttons. Everything here comes from the SAM's signed word or from this page's own checks.
import { toHex } from '@sigillo/standards/bytes';
import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useDesk } from '../desk.ts';
import type { ApprovalState, ApprovalView } from '../flow/approval.ts';
import { Details, type DetailRow } from '../parts/details.tsx';
import type { DocumentLook } from '../parts/document-frame.tsx';
import { holderName, parseCertificate } from '../parts/holder.ts';
import { levelWords } from '../parts/level.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { Sentence } from '../parts/text.tsx';
import type { Catalogue } from '../text/en.ts';
import { problemOf } from '../text/explain.ts';
import { dateTime } from '../text/format.ts';
import type { Language } from '../text/language.ts';
import { looksLike } from '../text/look-alike.ts';
import { Decline } from './decline.tsx';
import { Faithfulness } from './faithfulness.tsx';
import { ItemList, shownItems } from './item-list.tsx';

interface DecisionProps {
  readonly view: ApprovalView;
  readonly state: Extract<ApprovalState, { step: 'ready' | 'asking' | 'deciding' }>;
  readonly looks: readonly DocumentLook[];
  readonly phase: 'read' | 'decide';
  readonly sign: () => void;
  readonly decline: (reason: string) => void;
  readonly back: () => void;
}

export function Decision({ view, state, looks, phase, sign, decline, back }: DecisionProps): VNode {
  const { text, tab } = useDesk();
  const [first, setFirst] = useState(0);
  const { shown, code } = view.intent;
  const { items } = view.intent;
  const title = useRef<HTMLHeadingElement>(null);
  const holder = useMemo(() => holderName(text, parseCertificate(shown.certificate)), [text, shown.certificate]);
  const alike = looksLike(view.ticket.clientId, shown.clientName, view.known);
  const note = state.step === 'ready' ? state.note : null;
  useEffect(() => {
    if (phase === 'decide') title.current?.focus();
  }, [phase]);

  return (
    <section class="decision" aria-labelledby="decide-title">
      <button type="button" class="quiet back" data-testid="approve-back" onClick={back}>
        ← {text.approve.backToReading}
      </button>
      <h2 id="decide-title" ref={title} tabIndex={-1}>
        {text.approve.title}
      </h2>
      <p class="sentence" data-testid="approve-sentence">
        <Sentence of={text.approve.sentence(items.length, shown.clientName, holder, shown.keyLabel)} />
      </p>
      <p class="faint" data-testid="approve-level">
        {text.approve.level}: {levelWords(text, shown.level)}
      </p>
      <Faithfulness names={items.map((item) => item.name)} looks={looks} />
      {alike !== null && (
        <p class="note bad">
          <Sentence of={text.approve.lookAlike(shown.clientName, alike)} />
        </p>
      )}
      {shown.firstTime && alike === null && (
        <p class="note" data-testid="approve-first-time">
          <Sentence of={text.approve.firstTime(shown.clientName)} />
        </p>
      )}
      <ItemList view={view} looks={looks} first={first} go={setFirst} />
      <Warnings about={tab.get('warnings')} names={view.ticket.labels} />
      {note !== null && <ProblemNote problem={problemOf(note, text)} nothingSigned />}
      <Buttons view={view} state={state} looks={looks} sign={sign} decline={decline} />
      <p class="compare">
        <span class="faint">{text.approve.code}</span>
        <span class="code small" data-testid="approve-code">
          {code}
        </span>
      </p>
      <IntentDetails view={view} first={first} />
    </section>
  );
}

/** What the SCA noted when the document came; nothing where another document is asked about. */
function Warnings({ about, names }: { readonly about: unknown; readonly names: readonly string[] }): VNode | null {
  const { text } = useDesk();
  if (typeof about !== 'object' || about === null) return null;
  const { name, signatures, codes } = about as Record<string, unknown>;
  if (names.length !== 1 || names[0] !== name) return null;
  const known = Array.isArray(codes) ? codes.filter((code): code is string => typeof code === 'string').slice(0, 10) : [];
  const words = known.map((code) => (isWarning(code) ? text.warnings[code] : text.warnings.other(code)));
  if (typeof signatures === 'number' && signatures > 0 && known.length === 0) words.push(text.approve.alreadySigned);
  if (words.length === 0) return null;
  return (
    <ul class="note" data-testid="approve-warnings">
      {words.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

const WARNINGS = ['document_has_broken_signature', 'document_is_certified', 'document_is_hybrid'] as const;

function isWarning(code: string): code is (typeof WARNINGS)[number] {
  return WARNINGS.some((known) => known === code);
}

interface ButtonsProps {
  readonly view: ApprovalView;
  readonly state: DecisionProps['state'];
  readonly looks: readonly DocumentLook[];
  readonly sign: () => void;
  readonly decline: (reason: string) => void;
}

/** Nobody signs what was not shown: the button works when every page of every document has been checked. */
function Buttons({ view, state, looks, sign, decline }: ButtonsProps): VNode {
  const { text } = useDesk();
  const count = view.intent.items.length;
  const idle = state.step === 'ready';
  const failed = looks.some((look) => look.failed !== null);
  const checked = looks.every((look) => look.checked);
  const label = view.documents === null ? text.approve.signUnseen(count) : text.approve.sign(count);
  return (
    <div class="decide" data-testid="approve-buttons" data-state={failed ? 'not-shown' : checked ? 'ready' : 'checking'}>
      {!view.canSign && <p class="note">{text.approve.readOnly}</p>}
      {failed && <p class="note bad">{text.document.notShown}</p>}
      {view.canSign && !failed && (
        <>
          <button type="button" class="solid sign" data-testid="approve-sign" disabled={!idle || !checked} onClick={sign}>
            {state.step === 'asking' ? text.approve.asking : state.step === 'deciding' ? text.approve.deciding : label}
          </button>
          {!checked && <p class="faint">{text.approve.waitForCheck}</p>}
        </>
      )}
      <Decline disabled={!idle} decline={decline} />
    </div>
  );
}

function IntentDetails({ view, first }: { readonly view: ApprovalView; readonly first: number }): VNode {
  const { text, language } = useDesk();
  return <Details rows={intentRows(view, first, text, language)} />;
}

/** Of a long list, the items are those that the list shows. */
function intentRows({ ticket, intent }: ApprovalView, first: number, text: Catalogue, language: Language): readonly DetailRow[] {
  const { body } = intent;
  const names = text.details;
  return [
    [names.application, body.clientId],
    [names.applicationKey, toHex(body.clientKeyThumbprint)],
    [names.ticket, ticket.id],
    [names.deployment, toHex(body.deploymentId)],
    [names.sam, toHex(body.samId)],
    [names.operation, String(body.operationNumber)],
    [names.signer, toHex(body.signerId)],
    [names.key, toHex(body.keyId)],
    [names.certificate, toHex(body.certificateHash)],
    [names.hashAlgorithm, body.hashAlgorithm],
    [names.signatureAlgorithm, body.signatureAlgorithm],
    [names.level, String(body.soleControlLevel)],
    [names.policy, toHex(body.policyHash)],
    ...(body.itemsRoot === null ? [] : [[names.itemsRoot, toHex(body.itemsRoot)] as const]),
    ...shownItems(intent.items, first).flatMap(([at, item]): DetailRow[] => [
      [names.dtbsr(at + 1), toHex(item.dtbsr)],
      [names.digest(at + 1), item.documentDigest === null ? text.common.unsaid : toHex(item.documentDigest)],
    ]),
    [names.expires, dateTime(language, body.expires * 1000, true)],
    [names.challenge, toHex(intent.challenge)],
  ];
}
