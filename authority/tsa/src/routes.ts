// SPDX-License-Identifier: Apache-2.0
// RFC 3161 section 3.4: the time-stamp protocol over HTTP.
import { HttpProblem, type HttpDoor } from '@sigillo/http';
import type { Log } from '@sigillo/wire';
import { stamp, type TimeStampingUnit } from './stamp.ts';

export const QUERY_BYTES_MAX = 4096;

export function addTimeStampRoute(door: HttpDoor, unit: TimeStampingUnit, log: Log): void {
  door.addContentTypeParser('application/timestamp-query', { parseAs: 'buffer', bodyLimit: QUERY_BYTES_MAX }, (_request, body, done) => done(null, body));
  const schema = {
    summary: 'Time-stamp a digest (RFC 3161)',
    consumes: ['application/timestamp-query'],
    produces: ['application/timestamp-reply'],
    response: { 200: { description: 'TimeStampResp, DER', content: { 'application/timestamp-reply': { schema: { type: 'string', format: 'binary' } } } } },
  };
  door.post('/', { schema }, async (request, reply) => {
    if (!(request.body instanceof Uint8Array)) throw new HttpProblem(415, 'media_type_not_supported', 'application/timestamp-query is expected');
    const { response, failure } = await stamp(unit, request.body);
    if (failure !== '') log.info('refused', { requestId: request.id, code: failure });
    return reply.type('application/timestamp-reply').serializer((payload: unknown) => payload as string).send(Buffer.from(response));
  });
}
