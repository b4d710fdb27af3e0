// SPDX-License-Identifier: Apache-2.0
import type { VNode } from 'preact';
import { useDesk } from '../desk.ts';
import { Heading } from '../parts/heading.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { Link } from '../parts/shell.tsx';
import { problemOfCode } from '../text/explain.ts';

/** Where a service sends a person when it cannot go on. The code is somebody else's text: it is shown as a code, never as a sentence. */
export function ErrorScreen({ code }: { readonly code: string | null }): VNode {
  const { text } = useDesk();
  const shown = code !== null && /^[a-z0-9_]{1,64}$/.test(code) ? code : 'unknown';
  return (
    <div>
      <Heading title={text.error.title}>{text.error.title}</Heading>
      <ProblemNote problem={problemOfCode(shown, text)} nothingSigned />
      <p>
        <Link screen="waiting" class="button">
          {text.common.home}
        </Link>
      </p>
    </div>
  );
}

export function NotFound(): VNode {
  const { text } = useDesk();
  return (
    <div>
      <Heading title={text.common.notFound}>{text.common.notFound}</Heading>
      <p>
        <Link screen="waiting" class="button">
          {text.common.home}
        </Link>
      </p>
    </div>
  );
}
