// SPDX-License-Identifier: Apache-2.0
import type { RequestListener } from 'node:http';
import type { Site } from './site.ts';

/** Answers GET and HEAD from the site; the query is not looked at. */
export function staticHandler(site: Site, requestId: () => string): RequestListener {
  return (request, response) => {
    response.setHeader('x-request-id', requestId());
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    const pathname = (request.url ?? '/').split(/[?#]/, 1)[0]!;
    const { status, headers, body } = site((request.headers.host ?? '').toLowerCase(), pathname);
    response.writeHead(status, { ...headers, 'content-length': body.length });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}
