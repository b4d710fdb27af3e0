// SPDX-License-Identifier: Apache-2.0
// A database that is away may be met before oidc-provider's own handling of errors begins, or make that fail in turn (it looks for the parameters
// of a pushed request that could not be read); and the library knows no Retry-After. So each request remembers that it has met it.
import { Provider, type KoaContextWithOIDC } from 'oidc-provider';
import type { Database } from '../database/database.ts';
import { DatabaseUnavailable } from '../database/unavailable.ts';

type Render = (ctx: KoaContextWithOIDC, out: { readonly error: string; readonly error_description?: string }, error: Error) => void;

const met = new WeakMap<object, DatabaseUnavailable>();

/** The database as the library's storage uses it. */
export function remembering(database: Database): Database {
  return {
    ...database,
    run: (name, text, values) =>
      database.run(name, text, values).catch((cause: unknown) => {
        const ctx: object | undefined = Provider.ctx;
        if (cause instanceof DatabaseUnavailable && ctx !== undefined) met.set(ctx, cause);
        throw cause;
      }),
  };
}

export function unavailable(render: Render) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    try {
      await next();
    } catch (cause) {
      const unavailable = cause instanceof DatabaseUnavailable ? cause : met.get(ctx);
      if (unavailable === undefined) throw cause;
      ctx.status = unavailable.status;
      render(ctx, { error: unavailable.code, error_description: unavailable.error_description }, unavailable);
    }
    if (ctx.status === 503) ctx.set('retry-after', '1');
  };
}
