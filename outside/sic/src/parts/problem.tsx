// SPDX-License-Identifier: Apache-2.0
// What went wrong, whether anything was signed, what to do next; and for those who can help, the code.
import type { ComponentChildren, VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { useDesk } from '../desk.ts';
import { type Problem, problemOf } from '../text/explain.ts';
import { Details, type DetailRow } from './details.tsx';

export interface ProblemNoteProps {
  readonly problem: Problem;
  /** Where signing was at stake: it is certain that nothing was signed. */
  readonly nothingSigned?: boolean;
  readonly children?: ComponentChildren;
}

export function ProblemNote({ problem, nothingSigned = false, children }: ProblemNoteProps): VNode {
  const { text, announce } = useDesk();
  const [what, next] = problem.words;
  const rest = nothingSigned && problem.words !== text.problems.indeterminate ? `${text.common.nothingSigned} ${next}` : next;
  useEffect(() => announce(`${what} ${rest}`), [problem.code]);
  const rows: DetailRow[] = [[text.details.code, problem.code]];
  if (problem.requestId !== null) rows.push([text.details.requestId, problem.requestId]);
  return (
    <div class="note bad" data-testid="problem" data-code={problem.code}>
      <p class="lead">{what}</p>
      <p>{rest}</p>
      {children}
      <Details rows={rows} />
    </div>
  );
}

/** For a failed load: the problem, with logging in or trying again as the way on. */
export function Failed({ cause, again, logIn }: {
  readonly cause: unknown;
  readonly again: () => void;
  readonly logIn: () => void;
}): VNode {
  const { text } = useDesk();
  const problem = problemOf(cause, text);
  const loggedOut = problem.words === text.problems.logged_out;
  return (
    <ProblemNote problem={problem}>
      <p>
        <button type="button" onClick={loggedOut ? logIn : again}>
          {loggedOut ? text.welcome.logIn : text.common.again}
        </button>
      </p>
    </ProblemNote>
  );
}
