// SPDX-License-Identifier: Apache-2.0
// A browser as far as the IdP sees one: cookies by path, and top-level navigation that stops where another origin begins.

interface Cookie {
  readonly value: string;
  readonly path: string;
  readonly attributes: string;
}

export class Browser {
  readonly cookies: Map<string, Cookie> = new Map();

  /** Follows the issuer's own redirects; gives the first address elsewhere, or the answer that is no redirect. */
  async go(url: URL | string): Promise<URL> {
    let at = new URL(url);
    const home = at.origin;
    for (let step = 0; step < 10; step++) {
      const answer = await this.get(at);
      const location = answer.headers.get('location');
      if (location === null) throw new Error(`stopped with ${answer.status} at ${at.pathname}: ${await answer.text()}`);
      at = new URL(location, at);
      if (at.origin !== home) return at;
    }
    throw new Error('too many redirects');
  }

  async get(url: URL | string): Promise<Response> {
    const at = new URL(url);
    const answer = await fetch(at, { redirect: 'manual', headers: { cookie: this.#cookiesFor(at), accept: 'text/html' } });
    for (const line of answer.headers.getSetCookie()) this.#keep(line);
    return answer;
  }

  #cookiesFor(url: URL): string {
    const fits = ({ path }: Cookie): boolean => path === '/' || url.pathname === path || url.pathname.startsWith(`${path}/`);
    return [...this.cookies].filter(([, cookie]) => fits(cookie)).map(([key, cookie]) => `${key.split(' ')[0]}=${cookie.value}`).join('; ');
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/;\s*/);
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
    const gone = attributes.some((attribute) => /^expires=Thu, 01 Jan 1970/i.test(attribute));
    if (gone) this.cookies.delete(`${name} ${path}`);
    else this.cookies.set(`${name} ${path}`, { value, path, attributes: attributes.join('; ') });
  }
}

/** A parameter of the fragment, as the page reads it. */
export function fromFragment(url: URL, name: string): string {
  const value = new URLSearchParams(url.hash.slice(1)).get(name);
  if (value === null) throw new Error(`no ${name} in ${url.href}`);
  return value;
}
