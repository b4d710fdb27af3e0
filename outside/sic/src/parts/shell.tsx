// SPDX-License-Identifier: Apache-2.0
// The frame of every screen: where one is, the language, the way out; one region that tells each step.
import type { ComponentChildren, VNode } from 'preact';
import { useDesk } from '../desk.ts';
import { PATHS, type Screen } from '../router/route.ts';
import { LANGUAGE_NAMES, LANGUAGES } from '../text/language.ts';

export interface ShellProps {
  readonly screen: Screen | 'not-found';
  readonly announcement: string;
  readonly onSignOut: () => void;
  readonly children: ComponentChildren;
}

/** While a decision is open nothing else is offered. */
const WITHOUT_NAVIGATION: ReadonlySet<string> = new Set(['approve', 'login', 'callback', 'sign-up']);
const PAGES: readonly ('waiting' | 'keys' | 'passkeys')[] = ['waiting', 'keys', 'passkeys'];

export function Shell({ screen, announcement, onSignOut, children }: ShellProps): VNode {
  const { text, session } = useDesk();
  const loggedIn = session.signerId() !== null;
  return (
    <div class={screen === 'approve' ? 'shell wide' : 'shell'}>
      <a class="skip" href="#content">
        {text.common.skip}
      </a>
      <header>
        <Link screen="waiting" class="brand">
          {text.common.product}
        </Link>
        {loggedIn && !WITHOUT_NAVIGATION.has(screen) && (
          <nav aria-label={text.common.menu}>
            {PAGES.map((page) => (
              <Link key={page} screen={page} current={page === screen}>
                {text.common.short[page]}
              </Link>
            ))}
          </nav>
        )}
        <div class="ends">
          <LanguageSwitch />
          {loggedIn && screen !== 'approve' && (
            <button type="button" class="quiet" data-testid="sign-out" onClick={onSignOut}>
              {text.common.signOut}
            </button>
          )}
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <div class="visually-hidden" role="status" aria-live="polite" data-testid="announcement">
        {announcement}
      </div>
    </div>
  );
}

export interface LinkProps {
  readonly screen: Screen;
  readonly class?: string;
  readonly current?: boolean;
  readonly children: ComponentChildren;
}

/** A link that changes the screen without loading the page anew. */
export function Link({ screen, class: className, current = false, children }: LinkProps): VNode {
  const { go } = useDesk();
  const follow = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(screen);
  };
  return (
    <a
      href={PATHS[screen]}
      class={className ?? ''}
      aria-current={current ? 'page' : undefined}
      data-testid={`go-${screen}`}
      onClick={follow}
    >
      {children}
    </a>
  );
}

function LanguageSwitch(): VNode {
  const { text, language, setLanguage } = useDesk();
  const other = LANGUAGES.find((one) => one !== language) ?? language;
  return (
    <button
      type="button"
      class="quiet"
      lang={other}
      data-testid="language"
      data-language={language}
      aria-label={`${text.common.language}: ${LANGUAGE_NAMES[other]}`}
      onClick={() => setLanguage(other)}
    >
      {LANGUAGE_NAMES[other]}
    </button>
  );
}
