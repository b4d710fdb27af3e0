// SPDX-License-Identifier: Apache-2.0
// One HTTP call: a deadline, no cookies, no cache, no redirects, and every way to fail told apart.
import type { Powers } from '../powers.ts';
import { DoorError } from './door-error.ts';

export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Blob | URLSearchParams;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 20_000;

export async function callJson(powers: Powers, call: Call): Promise<Readonly<Record<string, unknown>>> {
  const response = await send(powers, call);
  const text = await bodyOf(response, () => response.text());
  const value = text === '' ? {} : parseJson(text, response);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unclear(response);
  if (!response.ok) throw refused(response, value as Record<string, unknown>);
  return value as Record<string, unknown>;
}

export async function callBytes(powers: Powers, call: Call): Promise<Uint8Array<ArrayBuffer>> {
  const response = await send(powers, call);
  if (!response.ok) {
    const value = parseJson(await bodyOf(response, () => response.text()), response);
    throw refused(response, (value ?? {}) as Record<string, unknown>);
  }
  return new Uint8Array(await bodyOf(response, () => response.arrayBuffer()));
}

export function jsonPost(url: string, body: unknown): Call {
  return { method: 'POST', url, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

async function send(powers: Powers, call: Call): Promise<Response> {
  try {
    return await powers.fetch(call.url, {
      method: call.method,
      headers: { accept: 'application/json, application/problem+json, */*;q=0.1', ...call.headers },
      body: call.body ?? null,
      mode: 'cors',
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(call.timeoutMs ?? TIMEOUT_MS),
    });
  } catch (cause) {
    throw unreached(cause);
  }
}

async function bodyOf<T>(response: Response, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw Object.assign(unreached(cause), { requestId: response.headers.get('x-request-id') });
  }
}

function unreached(cause: unknown): DoorError {
  const timedOut = cause instanceof DOMException && cause.name === 'TimeoutError';
  return new DoorError('unreached', timedOut ? 'no_answer_in_time' : 'not_reached');
}

function parseJson(text: string, response: Response): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unclear(response);
  }
}

function unclear(response: Response): DoorError {
  return new DoorError(
    'unclear',
    response.ok ? 'answer_malformed' : `http_${response.status}`,
    { status: response.status, requestId: response.headers.get('x-request-id') },
  );
}

/** RFC 9457 with our `code`, or the OAuth form with `error`. */
function refused(response: Response, body: Readonly<Record<string, unknown>>): DoorError {
  const text = (name: string): string | null => (typeof body[name] === 'string' ? body[name] : null);
  return new DoorError('refused', text('code') ?? text('error') ?? `http_${response.status}`, {
    status: response.status,
    detail: text('detail') ?? text('error_description'),
    requestId: response.headers.get('x-request-id'),
  });
}
