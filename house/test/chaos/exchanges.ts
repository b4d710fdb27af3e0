// SPDX-License-Identifier: Apache-2.0
// Everything that a client sent and got, whichever library it used: `fetch` is watched. An exchange that takes longer than any answer of
// the house may take is broken off here, and counts as hung.

import { get } from 'node:http';

export interface Exchange {
  readonly method: string;
  readonly port: number;
  readonly path: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: number | undefined;
  /** The code that the body of a refusal names. */
  readonly code: string | undefined;
  readonly retryAfter: string | undefined;
  /** Why there was no whole answer. */
  readonly failure: string | undefined;
}

export interface Watched {
  /** Those that ended since the last call. */
  take(): Exchange[];
  /** The start page, under its own host name: names below localhost are for browsers, `fetch` does not know them. */
  page(url: string): Promise<void>;
  stop(): void;
}

const NO_BODY = [101, 204, 205, 304];
export const HUNG = 'hung';

export function watchFetch(hungAfterMs: number): Watched {
  const plain = globalThis.fetch;
  let ended: Exchange[] = [];
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const started = { method: (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase(), port: Number(url.port), path: url.pathname, startedAt: performance.now() };
    const limit = AbortSignal.timeout(hungAfterMs);
    try {
      const answer = await plain(input, { ...init, signal: init?.signal === undefined || init.signal === null ? limit : AbortSignal.any([limit, init.signal]) });
      const body = await answer.arrayBuffer();
      ended.push({ ...started, endedAt: performance.now(), status: answer.status, ...saidBy(answer, body), failure: undefined });
      return new Response(NO_BODY.includes(answer.status) ? null : body, { status: answer.status, statusText: answer.statusText, headers: answer.headers });
    } catch (cause) {
      const failure = limit.aborted ? HUNG : reasonOf(cause);
      ended.push({ ...started, endedAt: performance.now(), status: undefined, code: undefined, retryAfter: undefined, failure });
      throw cause;
    }
  };
  return {
    take: () => {
      const taken = ended;
      ended = [];
      return taken;
    },
    page: async (url) => {
      const { port, pathname } = new URL(url);
      const started = { method: 'GET', port: Number(port), path: pathname, startedAt: performance.now(), code: undefined, retryAfter: undefined };
      try {
        const status = await getPage(url, hungAfterMs);
        ended.push({ ...started, endedAt: performance.now(), status, failure: undefined });
      } catch (cause) {
        ended.push({ ...started, endedAt: performance.now(), status: undefined, failure: reasonOf(cause) });
        throw cause;
      }
    },
    stop: () => void (globalThis.fetch = plain),
  };
}

function getPage(url: string, hungAfterMs: number): Promise<number> {
  const { host, port, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = get({ host: '127.0.0.1', port, path: pathname, headers: { host }, agent: false, timeout: hungAfterMs }, (answer) => {
      answer.on('error', reject).on('end', () => resolve(answer.statusCode!)).resume();
    });
    asked.on('timeout', () => asked.destroy(new Error(HUNG))).on('error', reject);
  });
}

function saidBy(answer: Response, body: ArrayBuffer): { readonly code: string | undefined; readonly retryAfter: string | undefined } {
  if (answer.status < 400) return { code: undefined, retryAfter: undefined };
  return { code: codeIn(new TextDecoder().decode(body)), retryAfter: answer.headers.get('retry-after') ?? undefined };
}

function codeIn(text: string): string | undefined {
  try {
    const said = JSON.parse(text) as { readonly code?: unknown; readonly error?: unknown };
    const code = said.code ?? said.error;
    return typeof code === 'string' ? code : undefined;
  } catch {
    return undefined;
  }
}

function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  if (!(inner instanceof Error)) return 'unknown';
  return 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.message;
}
