// SPDX-License-Identifier: Apache-2.0
// Which screen is shown, in which language, and who is logged in.
import type { VNode } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Desk, DeskContext, type Services, useDesk } from './desk.ts';
import type { ApprovalSource } from './flow/approval.ts';
import { Shell } from './parts/shell.tsx';
import { PATHS, readRoute, type Route } from './router/route.ts';
import { Approve } from './screens/approve.tsx';
import { Callback } from './screens/callback.tsx';
import { Done } from './screens/done.tsx';
import { ErrorScreen, NotFound } from './screens/error.tsx';
import { Keys } from './screens/keys.tsx';
import { Login } from './screens/login.tsx';
import { Passkeys } from './screens/passkeys.tsx';
import { SignUp } from './screens/sign-up.tsx';
import { Waiting } from './screens/waiting.tsx';
import { Welcome } from './screens/welcome.tsx';
import type { Shelf } from './state/stored.ts';
import { CATALOGUES, chooseLanguage, type Language } from './text/language.ts';

export function App({ services, first }: { readonly services: Services; readonly first: Route }): VNode {
  const { kept, session, tab } = services;
  const [route, setRoute] = useState<Route>(first);
  const [visit, setVisit] = useState(0);
  const [announcement, announce] = useState('');
  const [language, choose] = useState<Language>(() => chooseLanguage(kept.get('language'), navigator.languages));
  const [opened, setOpened] = useState<ApprovalSource>(null);

  const show = (next: Route): void => {
    setRoute(next);
    setVisit((number) => number + 1);
    scrollTo(0, 0);
  };
  const desk: Desk = useMemo(
    () => ({
      ...services,
      language,
      text: CATALOGUES[language],
      announce,
      go: (screen) => {
        history.pushState(null, '', PATHS[screen]);
        show(readRoute(location));
      },
      setLanguage: (next) => {
        kept.put('language', next);
        choose(next);
      },
    }),
    [language],
  );
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    const back = (): void => show(readRoute(location));
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);

  const signOut = (): void => {
    // The session ends here in any case; whether the IdP heard of it changes nothing for this browser.
    session.end().then(
      () => desk.go('waiting'),
      () => desk.go('waiting'),
    );
  };
  const openRequest = (requestId: string): void => {
    tab.remove('warnings');
    setOpened({ requestId });
    desk.go('approve');
  };
  return (
    <DeskContext.Provider value={desk}>
      <Shell screen={route.screen} announcement={announcement} onSignOut={signOut}>
        <Screen key={visit} route={route} opened={opened} open={openRequest} />
      </Shell>
    </DeskContext.Provider>
  );
}

interface ScreenProps {
  readonly route: Route;
  readonly opened: ApprovalSource;
  readonly open: (requestId: string) => void;
}

function Screen({ route: { screen, parameters }, opened, open }: ScreenProps): VNode {
  const { session, tab } = useDesk();
  const code = parameters.get('code');
  switch (screen) {
    case 'waiting':
      return session.signerId() === null ? <Welcome /> : <Waiting open={open} />;
    case 'sign-up':
      return <SignUp />;
    case 'login':
      return <Login code={code} />;
    case 'callback':
      return <Callback parameters={parameters} />;
    case 'approve':
      return <Approve source={code === null ? opened : { code }} />;
    case 'done':
      return <Done handle={keptHandle(tab, parameters.get('handle'))} />;
    case 'keys':
      return <Keys />;
    case 'passkeys':
      return <Passkeys />;
    case 'error':
      return <ErrorScreen code={code} />;
    case 'not-found':
      return <NotFound />;
  }
}

/** The handle left the address at once; a reload finds it here. */
function keptHandle(tab: Shelf, fresh: string | null): string {
  if (fresh !== null) tab.put('done', fresh);
  const kept = tab.get('done');
  return typeof kept === 'string' ? kept : '';
}
