// SPDX-License-Identifier: Apache-2.0
// Freezing a key: one press and one confirmation. It is done when the SAM's signed word says so.
import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { CheckError } from '../checks/error.ts';
import { useDesk } from '../desk.ts';
import { problemOf } from '../text/explain.ts';
import { ProblemNote } from './problem.tsx';
import { Sentence } from './text.tsx';

export function Freeze({ keyId, label, done }: { readonly keyId: Uint8Array; readonly label: string; readonly done: () => void }): VNode {
  const { text, ssa, announce } = useDesk();
  const dialog = useRef<HTMLDialogElement>(null);
  const [busy, setBusy] = useState(false);
  const [cause, setCause] = useState<unknown>(null);
  const freeze = async (): Promise<void> => {
    setBusy(true);
    setCause(null);
    try {
      const outcome = await ssa.freeze(keyId);
      if (outcome.state !== 'frozen') throw new CheckError('statement_subject');
      dialog.current?.close();
      announce(text.keys.frozen);
      done();
    } catch (error) {
      setCause(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button type="button" class="danger" data-testid="freeze" onClick={() => dialog.current?.showModal()}>
        {text.keys.freeze}
      </button>
      <dialog ref={dialog} aria-labelledby="freeze-title">
        <h2 id="freeze-title">
          <Sentence of={text.keys.freezeTitle(label)} />
        </h2>
        <p>{text.keys.freezeLead}</p>
        {cause !== null && <ProblemNote problem={problemOf(cause, text)} />}
        <div class="actions">
          <button type="button" class="danger solid" data-testid="freeze-confirm" disabled={busy} onClick={() => void freeze()}>
            {text.keys.freezeGo}
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            {text.common.cancel}
          </button>
        </div>
      </dialog>
    </>
  );
}
