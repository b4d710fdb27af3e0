// SPDX-License-Identifier: Apache-2.0
// Names of others are text: what cannot be seen is made visible, and their direction of writing stays with them.
import type { VNode } from 'preact';
import type { Rich } from '../text/rich.ts';
import { visible } from '../text/visible.ts';

export function Name({ children }: { readonly children: string }): VNode {
  return <bdi class="name">{visible(children)}</bdi>;
}

export function Sentence({ of }: { readonly of: Rich }): VNode {
  return (
    <>
      {of.map((part) =>
        typeof part === 'string' ? (
          part
        ) : (
          <strong>
            <Name>{part.strong}</Name>
          </strong>
        ),
      )}
    </>
  );
}
