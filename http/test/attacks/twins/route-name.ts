// SPDX-License-Identifier: Apache-2.0
// Whatever was asked for is a name.
import type { FastifyRequest } from 'fastify';

export function routeName({ url }: Pick<FastifyRequest, 'url'>): string {
  return url;
}
