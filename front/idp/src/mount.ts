// SPDX-License-Identifier: Apache-2.0
// oidc-provider behind our HTTP door: it reads the body and writes the answer itself; request ids, CORS and the log line stay the door's.
import type { EventEmitter } from 'node:events';
import type { HttpDoor, HttpReply, HttpRequest } from '@sigillo/http';
import type { Log } from '@sigillo/wire';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { takeLongForm } from './long-form.ts';

const GET_ROUTES = [
  '/oauth2/authorize',
  '/oauth2/authorize/:uid',
  '/oauth2/jwks',
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
] as const;
const PUSH_ROUTE = '/oauth2/pushed_authorize';
const POST_ROUTES = ['/oauth2/token', PUSH_ROUTE, '/oauth2/revoke', '/revoke'] as const;

/** Keeps a route out of the OpenAPI document: OAuth's own metadata describes it. */
export const HIDDEN: { readonly schema: object } = { schema: { hide: true } };

export async function mountProvider(door: HttpDoor, provider: Provider, log: Log): Promise<void> {
  const requestIds = new WeakMap<object, string>();
  const callback = provider.callback();
  const handler = async (request: HttpRequest, reply: HttpReply): Promise<void> => {
    requestIds.set(request.raw, request.id);
    // Some clients append /revoke to the base where others append /oauth2/revoke.
    if (request.url === '/revoke') request.raw.url = '/oauth2/revoke';
    if (request.routeOptions.url === PUSH_ROUTE) await takeLongForm(request.raw);
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
    reply.raw.setHeader('referrer-policy', 'no-referrer');
    reply.hijack();
    await callback(request.raw, reply.raw);
  };
  await door.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, ready) => ready(null));
    for (const route of GET_ROUTES) scope.get(route, HIDDEN, handler);
    for (const route of POST_ROUTES) scope.post(route, HIDDEN, handler);
    done();
  });
  logErrors(provider, log, (ctx) => requestIds.get(ctx.req));
}

const REFUSALS = ['authorization.error', 'grant.error', 'pushed_authorization_request.error', 'revocation.error'] as const;

function logErrors(provider: Provider, log: Log, requestIdOf: (ctx: KoaContextWithOIDC) => string | undefined): void {
  const fields = (ctx: KoaContextWithOIDC, code: string) => {
    const requestId = requestIdOf(ctx);
    const clientId = ctx.oidc?.client?.clientId;
    return { code, ...(requestId === undefined ? {} : { requestId }), ...(clientId === undefined ? {} : { clientId }) };
  };
  const events: EventEmitter = provider;
  const refused = (ctx: KoaContextWithOIDC, error: Error): void => log.info('request_refused', fields(ctx, error.message));
  for (const event of REFUSALS) events.on(event, refused);
  const failed = (ctx: KoaContextWithOIDC, error: Error): void => log.error('request_failed', fields(ctx, 'internal'), error);
  events.on('server_error', failed);
  // What no handler of the library caught.
  events.on('error', (error: Error, ctx: KoaContextWithOIDC) => failed(ctx, error));
}
