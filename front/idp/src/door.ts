// SPDX-License-Identifier: Apache-2.0
// The IdP's HTTP door. Three kinds of caller: clients (OAuth, answered by oidc-provider), the signer's page (JSON, from its origin only,
// without cookies), and the signer's browser on its way (redirects, with the only cookie of the house; errors are shown by the page).
import { HttpProblem, openHttpDoor, type HttpDoor, type HttpReply, type HttpRequest, type RateLimit } from '@sigillo/http';
import { toHex } from '@sigillo/standards/bytes';
import { beginApproval } from './approval/begin.ts';
import { returnDeclined } from './approval/decline.ts';
import { returnApproved } from './approval/return.ts';
import { enter } from './interaction/enter.ts';
import { beginLogin } from './login/begin.ts';
import { finishLogin, type LoginAnswer } from './login/finish.ts';
import { returnFromLogin } from './login/return.ts';
import { HIDDEN, mountProvider } from './mount.ts';
import type { Parts } from './parts.ts';
import { refuse } from './refusals.ts';
import { declineRequest, listRequests, readRequest } from './requests/requests.ts';
import { SCHEMAS } from './schemas.ts';
import { logout } from './session/logout.ts';
import { signerDoor, type SignerCaller } from './session/signer-token.ts';

export async function openIdpDoor(parts: Parts, ready: () => Promise<string | undefined>): Promise<HttpDoor> {
  const { deployment, powers } = parts;
  const door = await openHttpDoor({
    title: 'Sigillo identity provider',
    version: '1',
    origins: [deployment.signOrigin],
    log: powers.log,
    requestId: () => toHex(powers.random(12)),
    ready,
  });
  answerOneHostOnly(door, new URL(deployment.issuer).host);
  limitStrangers(door, parts.limit);
  await mountProvider(door, parts.provider, powers.log);
  addPageRoutes(door, parts);
  addSignerRoutes(door, parts);
  addBrowserRoutes(door, parts);
  return door;
}

/** Addresses in answers are made from the Host header, so it must be ours; a name that was made to point here is not. */
function answerOneHostOnly(door: HttpDoor, host: string): void {
  door.addHook('onRequest', (request, _reply, done) => {
    const inside = request.url === '/healthz' || request.url === '/readyz';
    done(inside || request.headers.host === host ? undefined : refuse('host_unknown'));
  });
}

/** Where a row in the database, a signature or its check can be had before anyone is known. */
const LIMITED_ROUTES: ReadonlySet<string> = new Set([
  '/oauth2/authorize',
  '/oauth2/pushed_authorize',
  '/interaction/:uid',
  '/signer/v1/login/begin',
  '/signer/v1/login/finish',
  '/signer/v1/approval/begin',
]);

function limitStrangers(door: HttpDoor, limit: RateLimit): void {
  door.addHook('onRequest', async (request) => {
    const route = request.routeOptions.url;
    if (route !== undefined && LIMITED_ROUTES.has(route)) limit.take(route, request.ip);
  });
}

const codeOf = (request: HttpRequest): string => (request.body as { readonly code: string }).code;
const idOf = (request: HttpRequest): string => (request.params as { readonly id: string }).id;
const reasonOf = (request: HttpRequest): unknown => (request.body as { readonly reason?: unknown }).reason;

function addPageRoutes(door: HttpDoor, parts: Parts): void {
  door.post('/signer/v1/login/begin', { schema: SCHEMAS.loginBegin }, (request) => beginLogin(parts, codeOf(request)));
  door.post('/signer/v1/login/finish', { schema: SCHEMAS.loginFinish }, (request) => finishLogin(parts, request.body as LoginAnswer));
  door.post('/signer/v1/approval/begin', { schema: SCHEMAS.approvalBegin }, (request) => beginApproval(parts, codeOf(request)));
}

type SignerHandler = (caller: SignerCaller, request: HttpRequest) => Promise<unknown>;

/** Routes for a signer who is logged in: each handler is given who calls. */
function addSignerRoutes(door: HttpDoor, parts: Parts): void {
  const callerOf = signerDoor(parts);
  const known = (handler: SignerHandler) => (request: HttpRequest) => callerOf(request).then((caller) => handler(caller, request));
  door.get('/signer/v1/requests', { schema: SCHEMAS.requests }, known(({ subject }) => listRequests(parts, subject)));
  const read: SignerHandler = ({ subject }, request) => readRequest(parts, subject, idOf(request));
  door.post('/signer/v1/requests/:id/read', { schema: SCHEMAS.requestRead }, known(read));
  const decline: SignerHandler = ({ subject }, request) => declineRequest(parts, subject, idOf(request), reasonOf(request));
  door.post('/signer/v1/requests/:id/decline', { schema: SCHEMAS.requestDecline }, known(decline));
  door.post('/signer/v1/logout', { schema: SCHEMAS.logout }, known((caller) => logout(parts, caller)));
}

type BrowserHandler = (parts: Parts, request: HttpRequest, reply: HttpReply) => Promise<string>;

const BROWSER_ROUTES: Readonly<Record<string, BrowserHandler>> = {
  '/interaction/:uid': enter,
  '/interaction/:uid/login': returnFromLogin,
  '/interaction/:uid/approved': returnApproved,
  '/interaction/:uid/declined': returnDeclined,
};

function addBrowserRoutes(door: HttpDoor, parts: Parts): void {
  for (const [route, handler] of Object.entries(BROWSER_ROUTES)) {
    door.get(route, { ...HIDDEN, exposeHeadRoute: false }, async (request, reply) => {
      const address = await handler(parts, request, reply).catch((cause: unknown) => errorAddress(parts, request, cause));
      return reply.header('referrer-policy', 'no-referrer').redirect(address, 303);
    });
  }
}

function errorAddress(parts: Parts, request: HttpRequest, cause: unknown): string {
  const { log } = parts.powers;
  const code = cause instanceof HttpProblem ? cause.code : 'internal';
  if (cause instanceof HttpProblem) log.info('request_refused', { requestId: request.id, code, status: cause.status });
  else log.error('request_failed', { requestId: request.id, code }, cause);
  return `${parts.deployment.signOrigin}/error#code=${code}`;
}
