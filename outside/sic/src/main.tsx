// SPDX-License-Identifier: Apache-2.0
// Takes codes out of the address before anything else runs, makes the powers, reads the pins, and starts.
import './styles/page.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { IdpDoor } from './doors/idp.ts';
import { ScaDoor } from './doors/sca.ts';
import { SsaDoor } from './doors/ssa.ts';
import { parsePins } from './pins.ts';
import type { Powers } from './powers.ts';
import { readRoute } from './router/route.ts';
import { forgetDpopKey, keptDpopKey } from './session/key-store.ts';
import { Session } from './session/session.ts';
import { shelfOf } from './state/stored.ts';
import { CATALOGUES, chooseLanguage } from './text/language.ts';

const first = readRoute(location);
history.replaceState(null, '', location.pathname);

const powers: Powers = {
  fetch: (url, init) => fetch(url, init),
  random: (length) => crypto.getRandomValues(new Uint8Array(length)),
  now: () => Date.now(),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  leave: (url) => location.assign(url),
};

async function start(root: HTMLElement): Promise<void> {
  const response = await fetch('/pins.json', { credentials: 'omit', redirect: 'error', cache: 'no-cache' });
  const pins = parsePins(await response.json());
  const tab = shelfOf(sessionStorage);
  const kept = shelfOf(localStorage);
  const session = new Session({ powers, pins, shelf: tab, pageOrigin: location.origin, keptKey: keptDpopKey, forgetKey: forgetDpopKey });
  const services = {
    pins,
    powers,
    session,
    tab,
    kept,
    idp: new IdpDoor(powers, pins, session),
    ssa: new SsaDoor(powers, pins, session),
    sca: new ScaDoor(powers, pins, session),
  };
  render(<App services={services} first={first} />, root);
}

/** Without pins or storage the page can prove nothing, so it does nothing. */
function refuse(root: HTMLElement): void {
  const text = CATALOGUES[chooseLanguage(null, navigator.languages)];
  const [what, next] = text.problems.internal;
  render(
    <main>
      <h1>{text.error.title}</h1>
      <p data-testid="problem" data-code="pins">
        {what} {next}
      </p>
    </main>,
    root,
  );
}

const root = document.getElementById('page');
if (root !== null) start(root).catch(() => refuse(root));
