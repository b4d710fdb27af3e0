// SPDX-License-Identifier: Apache-2.0
import type { FastifyRequest } from 'fastify';

/** What a request is called where it is logged and counted: there are as many names as routes, whatever paths are asked for. */
export function routeName({ routeOptions }: Pick<FastifyRequest, 'routeOptions' | 'url'>): string {
  return routeOptions.url ?? 'unknown';
}
