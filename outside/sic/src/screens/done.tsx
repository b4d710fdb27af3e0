// SPDX-License-Identifier: Apache-2.0
import { toHex } from '@sigillo/standards/bytes';
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { asBufferSource } from '../crypto/digest.ts';
import { useDesk } from '../desk.ts';
import { finish, type Finished } from '../flow/finished.ts';
import { Details } from '../parts/details.tsx';
import { Freeze } from '../parts/freeze.tsx';
import { Heading } from '../parts/heading.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { Failed, ProblemNote } from '../parts/problem.tsx';
import { Link } from '../parts/shell.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { Name } from '../parts/text.tsx';
import { CheckError } from '../checks/error.ts';
import { codeOf, problemOf, problemOfCode } from '../text/explain.ts';
import { dateTime } from '../text/format.ts';

export function Done({ handle }: { readonly handle: string }): VNode {
  const desk = useDesk();
  const { text, session, announce } = desk;
  const { loaded, again } = useLoaded(() => finish(desk, handle));
  const finished = loaded.state === 'ready' ? loaded.value : null;
  const title = titleOf(loaded.state, finished, text.done);
  useEffect(() => announce(title), [title]);
  const code = loaded.state === 'failed' ? codeOf(loaded.cause) : finished?.outcome === 'failed' ? finished.code : '';
  return (
    <div data-testid="done-state" data-state={finished?.outcome ?? loaded.state} data-code={code}>
      <Heading title={title}>{title}</Heading>
      {loaded.state === 'loading' && <Skeleton />}
      {loaded.state === 'failed' && <Unproven cause={loaded.cause} again={again} logIn={() => void session.begin('/done').catch(again)} />}
      {finished?.outcome === 'signed' && <Signed finished={finished} />}
      {finished?.outcome === 'declined' && <p>{text.done.declined}</p>}
      {finished?.outcome === 'failed' && <ProblemNote problem={problemOfCode(finished.code, text)} nothingSigned={isCertain(finished.code)} />}
      {finished !== null && <After handle={handle} />}
    </div>
  );
}

/** The SCA's codes that say that the key was not used; after every other one it may have been. */
function isCertain(code: string): boolean {
  return code === 'authorization_failed' || code === 'signing_refused';
}

/** What is not certain is not said: that there is no signed document is true whatever became of the key. */
function titleOf(
  state: string,
  finished: Finished | null,
  words: { titleWorking: string; titleFailed: string; titleUnknown: string; titleDeclined: string; titleSigned: string },
): string {
  if (state === 'loading') return words.titleWorking;
  if (finished?.outcome === 'signed') return words.titleSigned;
  if (finished?.outcome === 'declined') return words.titleDeclined;
  return finished?.outcome === 'failed' && isCertain(finished.code) ? words.titleFailed : words.titleUnknown;
}

/** A file that did not pass is not offered, whatever the reason. */
function Unproven({ cause, again, logIn }: { readonly cause: unknown; readonly again: () => void; readonly logIn: () => void }): VNode {
  const { text } = useDesk();
  if (!(cause instanceof CheckError)) return <Failed cause={cause} again={again} logIn={logIn} />;
  return (
    <ProblemNote problem={problemOf(cause, text)}>
      <p>{text.done.refused}</p>
    </ProblemNote>
  );
}

function Signed({ finished }: { readonly finished: Extract<Finished, { outcome: 'signed' }> }): VNode {
  const { text, language } = useDesk();
  const { name, checked, record, keyLabel, keyId } = finished;
  const [frozen, setFrozen] = useState(false);
  const [url, setUrl] = useState('');
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([asBufferSource(checked.file)], { type: 'application/pdf' }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [checked]);
  return (
    <>
      <p class="note good">
        {text.done.checked} {checked.hasTimeStamp && text.done.stamped}
      </p>
      <dl class="facts">
        <Fact label={text.done.what}>
          <Name>{name}</Name>
        </Fact>
        <Fact label={text.done.when}>{dateTime(language, record.at * 1000, true)}</Fact>
        <Fact label={text.done.key}>
          <Name>{keyLabel}</Name>
        </Fact>
        <Fact label={text.done.record}>
          <span data-testid="done-record" data-record={record.number} data-journal-record={record.record}>
            {text.done.recordNumber(record.number)}
          </span>
        </Fact>
      </dl>
      <div class="actions column">
        <a class="button solid" href={url} download={text.done.saveAs(name.replace(/\.pdf$/i, ''))} data-testid="done-download">
          {text.done.download}
        </a>
      </div>
      <section class="apart">
        <h2>{text.done.notYou}</h2>
        {frozen ? (
          <p class="note" data-testid="done-frozen">
            {text.keys.frozen}
          </p>
        ) : (
          <Freeze keyId={keyId} label={keyLabel} done={() => setFrozen(true)} />
        )}
      </section>
      <Details
        rows={[
          [text.details.dtbsr(1), toHex(checked.note.dtbsr)],
          [text.details.digest(1), toHex(checked.note.digest)],
          [text.details.key, toHex(keyId)],
          [text.details.serial, toHex(checked.certificate.serialNumber)],
          [text.details.record, String(record.record)],
        ]}
      />
    </>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: VNode | string }): VNode {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function After({ handle }: { readonly handle: string }): VNode {
  const { text, sca, announce } = useDesk();
  const [state, setState] = useState<'there' | 'removing' | 'removed'>('there');
  const [cause, setCause] = useState<unknown>(null);
  const remove = (): void => {
    setState('removing');
    setCause(null);
    sca.remove(handle).then(
      () => {
        setState('removed');
        announce(text.done.removed);
      },
      (error: unknown) => {
        setState('there');
        setCause(error);
      },
    );
  };
  return (
    <section class="apart">
      {cause !== null && <ProblemNote problem={problemOf(cause, text)} />}
      <div class="actions">
        {state === 'removed' ? (
          <p data-testid="done-removed">{text.done.removed}</p>
        ) : (
          <button type="button" data-testid="done-delete" disabled={state === 'removing'} onClick={remove}>
            {text.done.remove}
          </button>
        )}
        <Link screen="keys" class="button">
          {text.done.seeHistory}
        </Link>
        <Link screen="waiting" class="button">
          {text.done.more}
        </Link>
      </div>
    </section>
  );
}
