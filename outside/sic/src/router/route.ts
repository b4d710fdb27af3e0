// SPDX-License-Identifier: Apache-2.0
// Addresses of the page, each with one screen.

export const SCREENS = ['waiting', 'sign-up', 'login', 'approve', 'done', 'keys', 'passkeys', 'callback', 'error'] as const;
export type Screen = (typeof SCREENS)[number];

export const PATHS: Readonly<Record<Screen, string>> = {
  waiting: '/',
  'sign-up': '/sign-up',
  login: '/login',
  approve: '/approve',
  done: '/done',
  keys: '/keys',
  passkeys: '/passkeys',
  callback: '/callback',
  error: '/error',
};

/** What an address says: the screen, and the parameters that came in its query or fragment. */
export interface Route {
  readonly screen: Screen | 'not-found';
  readonly parameters: URLSearchParams;
}

export function readRoute(address: { readonly pathname: string; readonly search: string; readonly hash: string }): Route {
  const screen = screenOf(address.pathname);
  const parameters = new URLSearchParams(address.search);
  for (const [name, value] of new URLSearchParams(address.hash.replace(/^#/, ''))) parameters.set(name, value);
  return { screen, parameters };
}

export function screenOf(pathname: string): Screen | 'not-found' {
  return SCREENS.find((name) => PATHS[name] === pathname) ?? 'not-found';
}

/** Where to return to after logging in: a screen of our own; anything else leads to the first one. */
export function safeReturn(path: string): Screen {
  const screen = screenOf(path);
  return screen === 'not-found' || screen === 'callback' || screen === 'login' ? 'waiting' : screen;
}
