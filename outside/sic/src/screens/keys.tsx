// SPDX-License-Identifier: Apache-2.0
// The signer's keys and every use of them, as the SAM signed them and this page checked them.
import type { HistoryEntry, HistoryStatement } from '@sigillo/doors/sap';
import { toHex } from '@sigillo/standards/bytes';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { groupByOperation, hasEarlier } from '../checks/history.ts';
import { useDesk } from '../desk.ts';
import { myHistory } from '../flow/my-history.ts';
import { Details } from '../parts/details.tsx';
import { Freeze } from '../parts/freeze.tsx';
import { Heading } from '../parts/heading.tsx';
import { holderName, issuerName, parseCertificate } from '../parts/holder.ts';
import { levelWords } from '../parts/level.ts';
import { useLoaded } from '../parts/loaded.ts';
import { Failed, ProblemNote } from '../parts/problem.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { Name, Sentence } from '../parts/text.tsx';
import { codeOf, problemOf, reasonOf } from '../text/explain.ts';
import { date, dateTime } from '../text/format.ts';

export function Keys(): VNode {
  const desk = useDesk();
  const { text, session } = desk;
  const { loaded, again, replace } = useLoaded(() => myHistory(desk));
  const refresh = (): void => {
    myHistory(desk).then(replace, again);
  };
  return (
    <div data-testid="keys-state" data-state={loaded.state} data-code={loaded.state === 'failed' ? codeOf(loaded.cause) : ''}>
      <Heading title={text.keys.title}>{text.keys.title}</Heading>
      {loaded.state === 'loading' && <Skeleton lines={5} />}
      {loaded.state === 'failed' && <Failed cause={loaded.cause} again={again} logIn={() => void session.begin('/keys').catch(again)} />}
      {loaded.state === 'ready' && (
        <>
          {loaded.value.keys.length === 0 && <p>{text.keys.empty}</p>}
          <ul class="cards">
            {loaded.value.keys.map((key) => (
              <li key={toHex(key.keyId)}>
                <KeyCard view={key} frozen={refresh} />
              </li>
            ))}
          </ul>
          <Uses key={loaded.value.lastNumber} history={loaded.value} />
        </>
      )}
    </div>
  );
}

function KeyCard({ view, frozen }: { readonly view: HistoryStatement['keys'][number]; readonly frozen: () => void }): VNode {
  const { text, language } = useDesk();
  const certificate = view.certificate === null ? null : parseCertificate(view.certificate);
  return (
    <article class="card" data-testid="key" data-key-id={toHex(view.keyId)} data-state={view.state}>
      <h2>
        <Name>{view.label}</Name>
      </h2>
      <p class="faint">{text.keys.purpose}</p>
      <dl class="facts">
        <div>
          <dt>{text.keys.state}</dt>
          <dd>
            <strong class={view.state === 'active' ? 'good' : 'bad'}>{text.keys.states[view.state]}</strong>
          </dd>
        </div>
        <div>
          <dt>{text.keys.level}</dt>
          <dd>{levelWords(text, view.level)}</dd>
        </div>
        {certificate !== null && (
          <>
            <div>
              <dt>{text.keys.holder}</dt>
              <dd data-testid="key-certificate">
                <Name>{holderName(text, certificate)}</Name>
              </dd>
            </div>
            <div>
              <dt>{text.keys.issuer}</dt>
              <dd>
                <Name>{issuerName(certificate)}</Name>
              </dd>
            </div>
            <div>
              <dt>{text.keys.validUntil}</dt>
              <dd>{date(language, certificate.notAfterMs)}</dd>
            </div>
          </>
        )}
        <div>
          <dt>{text.keys.lastUsed}</dt>
          <dd>{view.lastUsed === null ? text.keys.never : dateTime(language, view.lastUsed * 1000)}</dd>
        </div>
      </dl>
      {(view.state === 'active' || view.state === 'generated') && <Freeze keyId={view.keyId} label={view.label} done={frozen} />}
      <Details
        rows={[
          [text.details.key, toHex(view.keyId)],
          [text.details.signatureAlgorithm, view.algorithm],
          ...(certificate === null ? [] : [[text.details.serial, toHex(certificate.serialNumber)] as const]),
        ]}
      />
    </article>
  );
}

function Uses({ history }: { readonly history: HistoryStatement }): VNode {
  const desk = useDesk();
  const { text } = desk;
  const [entries, setEntries] = useState(history.entries);
  const [cause, setCause] = useState<unknown>(null);
  const earlier = (): void => {
    const before = entries.at(-1)?.number ?? 1;
    setCause(null);
    myHistory(desk, before).then((more) => setEntries((known) => [...known, ...more.entries]), setCause);
  };
  return (
    <section aria-labelledby="history-title" data-testid="history" data-verified="true" data-last-number={history.lastNumber}>
      <h2 id="history-title">{text.keys.history}</h2>
      {entries.length === 0 ? <p>{text.keys.historyEmpty}</p> : <p class="note good">{text.keys.historyChecked}</p>}
      <ol class="uses">
        {groupByOperation(entries).map((group) => (
          <li key={group[0]!.number}>
            <Use group={group} />
          </li>
        ))}
      </ol>
      {cause !== null && <ProblemNote problem={problemOf(cause, text)} />}
      {hasEarlier(entries) && (
        <button type="button" data-testid="history-earlier" onClick={earlier}>
          {text.keys.earlier}
        </button>
      )}
      <Details rows={[[text.details.head, String(history.lastNumber)]]} />
    </section>
  );
}

/** More names than these are folded away behind their number. */
const NAMES_IN_LINE = 10;

function Names({ names }: { readonly names: readonly string[] }): VNode | null {
  const { text } = useDesk();
  if (names.length === 0) return null;
  if (names.length > NAMES_IN_LINE) {
    return (
      <details class="names" data-testid="history-names">
        <summary class="lead">{text.units.documents(names.length)}</summary>
        <ol>
          {names.map((name, at) => (
            <li key={at}>
              <Name>{name}</Name>
            </li>
          ))}
        </ol>
      </details>
    );
  }
  return (
    <p class="lead">
      {names.map((name, at) => (
        <span key={at}>
          {at > 0 && ' · '}
          <Name>{name}</Name>
        </span>
      ))}
    </p>
  );
}

/** One approval with all that became of it, newest first. */
function Use({ group }: { readonly group: readonly HistoryEntry[] }): VNode {
  const { text, language } = useDesk();
  // A part that was signed has its own names only; the approval has all.
  const about = group.reduce((most, entry) => (entry.names.length > most.names.length ? entry : most));
  return (
    <>
      <Names names={about.names} />
      {about.clientName !== null && (
        <p class="faint">
          <Sentence of={text.keys.forClient(about.clientName)} />
        </p>
      )}
      <ul class="events">
        {group.map((entry) => (
          <li key={entry.number} data-testid="history-entry" data-number={entry.number} data-event={entry.event} data-record={entry.record}>
            <span>{text.keys.events[entry.event]}</span>
            <span class="faint">
              {dateTime(language, entry.at * 1000)} · {text.keys.number(entry.number)}
              {entry.code !== '' && ` · ${reasonOf(entry.code, text)}`}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
