// SPDX-License-Identifier: Apache-2.0
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useDesk } from '../desk.ts';

const REASON_CHARACTERS_MAX = 200;

export function Decline({ disabled, decline }: { readonly disabled: boolean; readonly decline: (reason: string) => void }): VNode {
  const { text } = useDesk();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (open) field.current?.focus();
  }, [open]);
  if (!open) {
    return (
      <button type="button" data-testid="approve-decline" disabled={disabled} onClick={() => setOpen(true)}>
        {text.approve.decline}
      </button>
    );
  }
  return (
    <div class="decline">
      <label class="field">
        <span>{text.approve.reason}</span>
        <textarea
          ref={field}
          rows={2}
          maxLength={REASON_CHARACTERS_MAX}
          value={reason}
          data-testid="approve-decline-reason"
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      <div class="actions">
        <button
          type="button"
          class="danger"
          data-testid="approve-decline-go"
          disabled={disabled}
          onClick={() => decline(reason.normalize('NFC').trim())}
        >
          {text.approve.declineGo}
        </button>
        <button type="button" onClick={() => setOpen(false)}>
          {text.common.cancel}
        </button>
      </div>
    </div>
  );
}
