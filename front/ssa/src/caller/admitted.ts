// SPDX-License-Identifier: Apache-2.0
import type { HttpReply, HttpRequest } from '@sigillo/http';

/** Decides who calls before a byte of the body is read; the handler then gets what was decided. */
export interface Admitted<T> {
  readonly onRequest: (request: HttpRequest, reply: HttpReply) => Promise<void>;
  of(request: HttpRequest): T;
}

export function admitted<T extends object>(admit: (request: HttpRequest, reply: HttpReply) => Promise<T>): Admitted<T> {
  const callers = new WeakMap<HttpRequest, T>();
  return {
    onRequest: async (request, reply) => {
      callers.set(request, await admit(request, reply));
    },
    of(request) {
      const caller = callers.get(request);
      if (caller === undefined) throw new Error('a handler ran for a request that nobody admitted');
      return caller;
    },
  };
}
