// SPDX-License-Identifier: Apache-2.0
// The only way out of this process. Addresses are registered one by one in the configuration; there is no class of allowed ones. No redirects are followed,
// every call has a deadline, every answer a largest size.

import { requireNoRedirect } from './checks/no-redirect.ts';
import { requireRegistered } from './checks/registered-address.ts';
import { EgressError } from './error.ts';

export { EgressError, type EgressErrorCode } from './error.ts';

export interface EgressOptions {
  /** What lies at or below one of these may be asked. */
  readonly addresses: readonly string[];
  readonly fetch: typeof fetch;
  readonly timeoutMs?: number;
  readonly answerBytesMax?: number;
}

export interface EgressRequest {
  readonly method?: string | undefined;
  readonly headers?: RequestInit['headers'] | undefined;
  readonly body?: unknown;
}

export type Egress = (url: string | URL, request: EgressRequest) => Promise<Response>;

const TIMEOUT_MS = 15_000;
const ANSWER_BYTES_MAX = 262_144;

export function openEgress(options: EgressOptions): Egress {
  const registered = options.addresses.map((address) => new URL(address));
  const bytesMax = options.answerBytesMax ?? ANSWER_BYTES_MAX;
  return async (url, { method, headers, body }) => {
    const target = new URL(url);
    requireRegistered(target, registered);
    const signal = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
    const sent = { method: method ?? 'GET', ...(headers === undefined ? {} : { headers }), body: (body ?? null) as RequestInit['body'] & {}, redirect: 'manual', signal } as const;
    try {
      const answer = await options.fetch(target, sent);
      requireNoRedirect(answer);
      return whole(answer, await readBody(answer, bytesMax));
    } catch (cause) {
      throw cause instanceof EgressError ? cause : new EgressError('unreached', { cause });
    }
  };
}

async function readBody(answer: Response, bytesMax: number): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of answer.body ?? []) {
    length += piece.length;
    if (length > bytesMax) throw new EgressError('answer_too_large');
    pieces.push(piece);
  }
  return new Uint8Array(Buffer.concat(pieces));
}

function whole(answer: Response, body: Uint8Array<ArrayBuffer>): Response {
  const empty = answer.status === 204 || answer.status === 205;
  return new Response(empty ? null : body, { status: answer.status, headers: answer.headers });
}
