// SPDX-License-Identifier: Apache-2.0
// A database that is away may be met before oidc-provider's own handling of errors begins; and the library knows no Retry-After.
import type { KoaContextWithOIDC } from 'oidc-provider';
import { DatabaseUnavailable } from '../database/unavailable.ts';

type Render = (ctx: KoaContextWithOIDC, out: { readonly error: string; readonly error_description?: string }, error: Error) => void;

export function unavailable(render: Render) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    try {
      await next();
    } catch (cause) {
      if (!(cause instanceof DatabaseUnavailable)) throw cause;
      ctx.status = cause.status;
      render(ctx, { error: cause.code, error_description: cause.error_description }, cause);
    }
    if (ctx.status === 503) ctx.set('retry-after', '1');
  };
}
