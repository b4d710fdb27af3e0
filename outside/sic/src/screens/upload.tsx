// SPDX-License-Identifier: Apache-2.0
// A document of one's own: it goes to the SCA, is prepared for a key, and comes back on the approval screen.
import type { HistoryStatement } from '@sigillo/doors/sap';
import { toHex } from '@sigillo/standards/bytes';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useDesk } from '../desk.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { Sentence } from '../parts/text.tsx';
import { problemOf, problemOfCode } from '../text/explain.ts';
import { isolated, plain } from '../text/rich.ts';

type Step = { readonly at: 'idle' } | { readonly at: 'uploading'; readonly name: string } | { readonly at: 'preparing' };

export function Upload({ keys }: { readonly keys: HistoryStatement['keys'] }): VNode {
  const { text, sca, tab, powers, announce } = useDesk();
  const usable = keys.filter((key) => key.state === 'active');
  const [keyId, setKeyId] = useState(usable[0] === undefined ? '' : toHex(usable[0].keyId));
  const [step, setStep] = useState<Step>({ at: 'idle' });
  const [problem, setProblem] = useState<ReturnType<typeof problemOf> | null>(null);
  const [over, setOver] = useState(false);

  const bring = async (file: File): Promise<void> => {
    setStep({ at: 'uploading', name: file.name });
    announce(plain(text.waiting.uploading(file.name)));
    const document = await sca.upload(file, file.name.normalize('NFC'));
    setStep({ at: 'preparing' });
    announce(text.waiting.preparing);
    const authorizeUrl = await sca.sign(document.handle, keyId);
    tab.put('warnings', { name: file.name.normalize('NFC'), signatures: document.signatures, codes: document.warnings });
    powers.leave(authorizeUrl);
  };
  const take = (file: File | undefined): void => {
    if (file === undefined) return;
    setProblem(null);
    if (!/\.pdf$/i.test(file.name) && file.type !== 'application/pdf') {
      setProblem(problemOfCode('pdf_not_a_pdf', text));
      return;
    }
    bring(file).catch((cause: unknown) => {
      setStep({ at: 'idle' });
      setProblem(problemOf(cause, text));
    });
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    if (step.at === 'idle') take(event.dataTransfer?.files[0]);
  };

  return (
    <section aria-labelledby="upload-title" data-testid="upload-state" data-state={step.at}>
      <h2 id="upload-title">{text.waiting.uploadTitle}</h2>
      {problem !== null && <ProblemNote problem={problem} nothingSigned />}
      {usable.length === 0 && <p>{text.waiting.noKey}</p>}
      {usable.length > 1 && (
        <label class="field">
          <span>{text.waiting.whichKey}</span>
          <select value={keyId} data-testid="upload-key" onChange={(event) => setKeyId(event.currentTarget.value)}>
            {usable.map((key) => (
              <option key={toHex(key.keyId)} value={toHex(key.keyId)}>
                {isolated(key.label)}
              </option>
            ))}
          </select>
        </label>
      )}
      {usable.length > 0 && step.at === 'idle' && (
        <div
          class={over ? 'drop over' : 'drop'}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <label class="button solid">
            <input
              type="file"
              class="visually-hidden"
              accept="application/pdf,.pdf"
              data-testid="upload-file"
              onChange={(event) => take(event.currentTarget.files?.[0])}
            />
            {text.waiting.upload}
          </label>
          <span class="faint pointer-only">{text.waiting.drop}</span>
        </div>
      )}
      {step.at === 'uploading' && (
        <p role="status" class="busy">
          <Sentence of={text.waiting.uploading(step.name)} />
        </p>
      )}
      {step.at === 'preparing' && (
        <p role="status" class="busy">
          {text.waiting.preparing}
        </p>
      )}
      {usable.length > 0 && <p class="faint">{text.waiting.uploadHint}</p>}
    </section>
  );
}
