// SPDX-License-Identifier: Apache-2.0
import cors from '@fastify/cors';
import swagger from '@fastify/swagger';
import { monotonicMs, type Log } from '@sigillo/wire';
import type { RequestListener, Server } from 'node:http';
import { fastify, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { admission, admittingServer } from './admission.ts';
import { BODY_BYTES_MAX, CONNECTION_TIMEOUT_MS, HEADERS_TIMEOUT_MS, JSON_DEPTH_MAX, REQUEST_TIMEOUT_MS } from './limits.ts';
import { HttpProblem } from './problem.ts';
import { routeName } from './route-name.ts';
import { parseStrictJson, StrictJsonError } from '@sigillo/standards/json';

export interface HttpDoorOptions {
  readonly title: string;
  readonly version: string;
  /** Only these origins may call from a page. */
  readonly origins: readonly string[];
  /** Request headers that a page may send beside the simple ones. */
  readonly allowedHeaders?: readonly string[];
  readonly bodyBytesMax?: number;
  /** Requests under way at once; what comes beyond is answered 503 at once, unread. */
  readonly requestsMax?: number;
  /** Paths that are never sent away because of others; health is among them. */
  readonly ownLane?: readonly string[];
  readonly log: Log;
  /** A fresh id for a request, as text of at most 64 characters. */
  readonly requestId: () => string;
  /** Throws, or names a reason, while the process does not serve. */
  readonly ready: () => Promise<string | undefined> | string | undefined;
  /** Writes an error in the form of this door's protocol; problems (RFC 9457) unless given. Answers undefined for a route that speaks problems. */
  readonly renderError?: (problem: HttpProblem, request: Pick<FastifyRequest, 'url'>) => { readonly status: number; readonly body: unknown; readonly type?: string } | undefined;
}

export type HttpDoor = FastifyInstance;

/** What is in is answered in an eighth of a second at a thousand requests a second; a freeze behind it hardly waits. */
const REQUESTS_MAX = 128;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/** A Fastify instance with the house's behaviour; the caller adds its routes and listens. */
export async function openHttpDoor(options: HttpDoorOptions): Promise<HttpDoor> {
  const door = fastify({
    bodyLimit: options.bodyBytesMax ?? BODY_BYTES_MAX,
    serverFactory: (handler) => serverOf(options, handler),
    genReqId: () => options.requestId(),
    routerOptions: { maxParamLength: 2048, ignoreTrailingSlash: false, caseSensitive: true },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false, allErrors: false } },
    return503OnClosing: true,
    forceCloseConnections: true,
  });
  readStrictJson(door);
  door.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id).header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    done();
  });
  door.addHook('onResponse', (request, reply, done) => {
    const durationMs = Math.round(reply.elapsedTime);
    options.log.info('request', { requestId: request.id, method: request.method, route: routeName(request), status: reply.statusCode, durationMs });
    done();
  });
  door.setErrorHandler((error: FastifyError, request, reply) => answerError(options, error, request, reply));
  door.setNotFoundHandler((request, reply) => answerError(options, new HttpProblem(404, 'not_found'), request, reply));
  await door.register(cors, {
    origin: options.origins.length === 0 ? false : [...options.origins],
    methods: ['GET', 'POST', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'dpop', ...(options.allowedHeaders ?? [])],
    exposedHeaders: ['x-request-id', 'retry-after'],
    maxAge: 600,
    strictPreflight: true,
  });
  await door.register(swagger, { openapi: { openapi: '3.1.0', info: { title: options.title, version: options.version } } });
  addHouseRoutes(door, options);
  return door;
}

function serverOf(options: HttpDoorOptions, handler: RequestListener): Server {
  const { requestsMax = REQUESTS_MAX, ownLane = [], origins, log } = options;
  const refusal = (path: string): { readonly type: string; readonly body: string } => {
    const { type, body } = rendered(options, new HttpProblem(503, 'busy', 'There is more to do than this server can do now'), { url: path });
    return { type, body: JSON.stringify(body) };
  };
  const server = admittingServer(handler, admission({ requestsMax, ownLane: new Set([...ownLane, '/healthz', '/readyz']), origins, refusal, log, monotonic: monotonicMs }));
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  server.setTimeout(CONNECTION_TIMEOUT_MS);
  return server;
}

function readStrictJson(door: FastifyInstance): void {
  door.removeContentTypeParser(['application/json', 'text/plain']);
  door.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, (body as Buffer).length === 0 ? {} : parseStrictJson(body as Buffer, JSON_DEPTH_MAX));
    } catch (cause) {
      done(new HttpProblem(400, cause instanceof StrictJsonError ? cause.code : 'json_malformed', undefined, { cause }));
    }
  });
}

function addHouseRoutes(door: FastifyInstance, options: HttpDoorOptions): void {
  const hidden = { schema: { hide: true } } as const;
  door.get('/healthz', hidden, () => ({ status: 'ok' }));
  door.get('/readyz', hidden, async (_request, reply) => {
    const reason = await options.ready();
    if (reason === undefined) return { status: 'ready' };
    return reply.code(503).header('retry-after', '1').send({ status: 'not_ready', code: reason });
  });
  door.get('/openapi.json', hidden, () => door.swagger());
}

function answerError(options: HttpDoorOptions, error: FastifyError | HttpProblem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = asProblem(error);
  if (problem.status >= 500 && problem.code === 'internal') options.log.error('request_failed', { requestId: request.id, code: problem.code }, problem.cause);
  else options.log.info('request_refused', { requestId: request.id, code: problem.code, status: problem.status });
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', String(problem.retryAfterSeconds));
  const { status, type, body } = rendered(options, problem, request);
  return reply.code(status).type(type).send(body);
}

function rendered({ renderError }: HttpDoorOptions, problem: HttpProblem, request: Pick<FastifyRequest, 'url'>): { readonly status: number; readonly type: string; readonly body: unknown } {
  const own = renderError?.(problem, request);
  if (own !== undefined) return { status: own.status, type: own.type ?? 'application/json; charset=utf-8', body: own.body };
  return { status: problem.status, type: 'application/problem+json; charset=utf-8', body: problem.body() };
}

const CODES: Readonly<Record<string, readonly [number, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'body_too_large'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'media_type_not_supported'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'json_malformed'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'content_length_wrong'],
  FST_ERR_VALIDATION: [400, 'request_malformed'],
};

function asProblem(error: FastifyError | HttpProblem): HttpProblem {
  if (error instanceof HttpProblem) return error;
  const known = CODES[error.code];
  if (known !== undefined) return new HttpProblem(known[0], known[1], known[1] === 'request_malformed' ? placeOf(error) : undefined, { cause: error });
  if (typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500) return new HttpProblem(error.statusCode, 'request_malformed', undefined, { cause: error });
  return new HttpProblem(500, 'internal', undefined, { cause: error });
}

/** Where in the request the schema was not met: names of fields of the schema only, never a value that was sent. */
function placeOf(error: FastifyError): string | undefined {
  const first = error.validation?.[0];
  if (first === undefined) return undefined;
  const place = `${error.validationContext ?? 'request'}${first.instancePath}`;
  if (first.keyword === 'additionalProperties') return `${place} has a field that is not known`;
  if (first.keyword === 'required') return `${place} lacks ${String(first.params['missingProperty'])}`;
  return `${place} is not of the expected form (${first.keyword})`;
}
