// SPDX-License-Identifier: Apache-2.0
import { toBase64url } from '@sigillo/standards/bytes';
import type { VNode } from 'preact';
import { useDesk } from '../desk.ts';
import { myHistory } from '../flow/my-history.ts';
import { Details } from '../parts/details.tsx';
import { Heading } from '../parts/heading.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { Failed } from '../parts/problem.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { dateTime } from '../text/format.ts';

export function Passkeys(): VNode {
  const desk = useDesk();
  const { text, language, session } = desk;
  const { loaded, again } = useLoaded(() => myHistory(desk));
  return (
    <div data-testid="passkeys-state" data-state={loaded.state}>
      <Heading title={text.passkeys.title}>{text.passkeys.title}</Heading>
      <p>{text.passkeys.lead}</p>
      {loaded.state === 'loading' && <Skeleton />}
      {loaded.state === 'failed' && <Failed cause={loaded.cause} again={again} logIn={() => void session.begin('/passkeys').catch(again)} />}
      {loaded.state === 'ready' && (
        <>
          {loaded.value.passkeys.length === 1 && <p class="note">{text.passkeys.onlyOne}</p>}
          <ul class="cards">
            {loaded.value.passkeys.map((passkey, at) => (
              <li key={toBase64url(passkey.credentialId)}>
                <article class="card" data-testid="passkey" data-status={passkey.status}>
                  <h2>{text.passkeys.item(at + 1)}</h2>
                  <p class="faint">{passkey.backupEligible ? text.passkeys.synced : text.passkeys.bound}</p>
                  {passkey.status === 'suspended' && <p class="note">{text.passkeys.suspended}</p>}
                  <dl class="facts">
                    <div>
                      <dt>{text.passkeys.made}</dt>
                      <dd>{dateTime(language, passkey.created * 1000)}</dd>
                    </div>
                    <div>
                      <dt>{text.passkeys.used}</dt>
                      <dd>{passkey.lastUsed === null ? text.keys.never : dateTime(language, passkey.lastUsed * 1000)}</dd>
                    </div>
                  </dl>
                  <Details rows={[[text.details.passkey, toBase64url(passkey.credentialId)]]} />
                </article>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
