// SPDX-License-Identifier: Apache-2.0
// A browser as far as the IdP sees one: it keeps the IdP's cookies and follows the IdP's redirects until another origin begins.

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

const REDIRECTS_MAX = 12;

export class Browser {
  readonly #cookies: Map<string, Cookie> = new Map();

  /** The first address elsewhere. */
  async go(url: URL | string): Promise<URL> {
    const { origin } = new URL(url);
    let at = new URL(url);
    for (let n = 0; n < REDIRECTS_MAX; n++) {
      const answer = await fetch(at, { redirect: 'manual', headers: { accept: 'text/html', cookie: this.#cookiesFor(at) } });
      for (const line of answer.headers.getSetCookie()) this.#keep(line);
      const location = answer.headers.get('location');
      if (location === null) throw new Error(`the browser stands at ${at.pathname} with ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
      await answer.body?.cancel();
      at = new URL(location, at);
      if (at.origin !== origin) return at;
    }
    throw new Error('too many redirects');
  }

  #cookiesFor({ pathname }: URL): string {
    const fits = ({ path }: Cookie): boolean => path === '/' || pathname === path || pathname.startsWith(`${path}/`);
    return [...this.#cookies.values()].filter(fits).map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/;\s*/);
    const at = pair.indexOf('=');
    const cookie = { name: pair.slice(0, at), value: pair.slice(at + 1), path: attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? '/' };
    const key = `${cookie.path} ${cookie.name}`;
    if (cookie.value === '') this.#cookies.delete(key);
    else this.#cookies.set(key, cookie);
  }
}
