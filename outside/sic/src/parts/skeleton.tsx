// SPDX-License-Identifier: Apache-2.0
import type { VNode } from 'preact';
import { useDesk } from '../desk.ts';

/** The shape of what is coming, at once. */
export function Skeleton({ lines = 3 }: { readonly lines?: number }): VNode {
  const { text } = useDesk();
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">{text.common.loading}</span>
      {Array.from({ length: lines }, (_, at) => (
        <div key={at} class="bar" aria-hidden="true" />
      ))}
    </div>
  );
}
