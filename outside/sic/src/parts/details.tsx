// SPDX-License-Identifier: Apache-2.0
// The exact values, folded away, each with a button that copies it.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useDesk } from '../desk.ts';

export type DetailRow = readonly [label: string, value: string];

export function Details({ rows }: { readonly rows: readonly DetailRow[] }): VNode | null {
  const { text } = useDesk();
  if (rows.length === 0) return null;
  return (
    <details class="details" data-testid="details">
      <summary>{text.common.details}</summary>
      <dl>
        {rows.map(([label, value]) => (
          <Row key={label} label={label} value={value} />
        ))}
      </dl>
    </details>
  );
}

function Row({ label, value }: { readonly label: string; readonly value: string }): VNode {
  const { text, announce } = useDesk();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    announce(text.common.copied);
  };
  return (
    <div class="detail">
      <dt>{label}</dt>
      <dd>
        <code>{value}</code>
        {/* Where the browser forbids copying, the value is still there to be selected. */}
        <button
          type="button"
          class="quiet small"
          aria-label={text.common.copy(label)}
          onClick={() => void copy().catch(() => setCopied(false))}
        >
          {copied ? text.common.copied : text.common.copyShort}
        </button>
      </dd>
    </div>
  );
}
