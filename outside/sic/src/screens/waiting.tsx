// SPDX-License-Identifier: Apache-2.0
// The first screen of a person who is logged in: what others ask, and a document of one's own.
import type { HistoryStatement } from '@sigillo/doors/sap';
import type { VNode } from 'preact';
import { useDesk } from '../desk.ts';
import type { WaitingRequest } from '../doors/idp.ts';
import { myHistory } from '../flow/my-history.ts';
import { Heading } from '../parts/heading.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { Failed } from '../parts/problem.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { Name, Sentence } from '../parts/text.tsx';
import { dateTime } from '../text/format.ts';
import { Upload } from './upload.tsx';

interface Content {
  readonly requests: readonly WaitingRequest[];
  readonly history: HistoryStatement;
}

export function Waiting({ open }: { readonly open: (requestId: string) => void }): VNode {
  const desk = useDesk();
  const { text, idp, session } = desk;
  const { loaded, again } = useLoaded<Content>(async () => {
    const [requests, history] = await Promise.all([idp.requests(), myHistory(desk)]);
    return { requests: requests.toSorted((a, b) => b.createdMs - a.createdMs), history };
  });
  return (
    <div data-testid="waiting-state" data-state={loaded.state}>
      <Heading title={text.waiting.title}>{text.waiting.title}</Heading>
      {loaded.state === 'loading' && <Skeleton />}
      {loaded.state === 'failed' && <Failed cause={loaded.cause} again={again} logIn={() => void session.begin('/').catch(again)} />}
      {loaded.state === 'ready' && (
        <>
          <Requests content={loaded.value} open={open} />
          <Upload keys={loaded.value.history.keys} />
        </>
      )}
    </div>
  );
}

function Requests({ content, open }: { readonly content: Content; readonly open: (requestId: string) => void }): VNode {
  const { text } = useDesk();
  if (content.requests.length === 0) return <p data-testid="requests" data-count={0}>{text.waiting.empty}</p>;
  const known = new Map<string, string>();
  for (const { clientId, clientName } of content.history.entries) if (clientId !== null && clientName !== null) known.set(clientId, clientName);
  return (
    <ul class="cards" aria-label={text.waiting.list} data-testid="requests" data-count={content.requests.length}>
      {content.requests.map((request) => (
        <li key={request.id}>
          <Request request={request} knownName={known.get(request.clientId) ?? null} open={() => open(request.id)} />
        </li>
      ))}
    </ul>
  );
}

/** The application's name is shown where the SAM has vouched for it before; otherwise its id, as an id. */
function Request({ request, knownName, open }: {
  readonly request: WaitingRequest;
  readonly knownName: string | null;
  readonly open: () => void;
}): VNode {
  const { text, language } = useDesk();
  const shown = request.names.slice(0, 3);
  return (
    <article class="card">
      <h2>
        <Sentence of={text.waiting.asks(knownName ?? request.clientId)} />
      </h2>
      <ul class="plain">
        {shown.map((name, at) => (
          <li key={at}>
            <Name>{name}</Name>
          </li>
        ))}
        {request.count > shown.length && <li class="faint">+ {request.count - shown.length}</li>}
      </ul>
      {knownName === null && <p class="faint">{text.waiting.newClient}</p>}
      <p class="faint">{text.waiting.ends(dateTime(language, request.expiresMs, true))}</p>
      <button type="button" data-testid="request-open" onClick={open}>
        {text.waiting.open(text.units.documents(request.count))}
      </button>
    </article>
  );
}
