// SPDX-License-Identifier: Apache-2.0
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useDesk } from '../desk.ts';
import { Heading } from '../parts/heading.tsx';
import { Failed } from '../parts/problem.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { safeReturn } from '../router/route.ts';

/** Back from the IdP with a code, which becomes the session; then on to where the person was going. */
export function Callback({ parameters }: { readonly parameters: URLSearchParams }): VNode {
  const { text, session, go } = useDesk();
  const [cause, setCause] = useState<unknown>(null);
  useEffect(() => {
    session.finish(parameters).then((path) => go(safeReturn(path)), setCause);
  }, []);
  const logIn = (): void => {
    session.begin('/').catch(setCause);
  };
  return (
    <div data-testid="callback-state" data-state={cause === null ? 'working' : 'failed'}>
      <Heading title={text.callback.title}>{cause === null ? text.callback.title : text.error.title}</Heading>
      {cause === null ? <Skeleton /> : <Failed cause={cause} again={logIn} logIn={logIn} />}
    </div>
  );
}
