// SPDX-License-Identifier: Apache-2.0
// How our HTTP doors behave, whichever process stands behind them: request ids, closed schemas, problems in one form, limits, exact origins, one log line.
export { HttpProblem, PROBLEM_SCHEMA } from './problem.ts';
export { openHttpDoor, type HttpDoor, type HttpDoorOptions } from './door.ts';
export { rateLimit, type RateLimit, type RateLimitOptions } from './rate-limit.ts';
export type { FastifyReply as HttpReply, FastifyRequest as HttpRequest } from 'fastify';
export { parseStrictJson, StrictJsonError } from '@sigillo/standards/json';
