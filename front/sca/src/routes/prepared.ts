// SPDX-License-Identifier: Apache-2.0
// What the signer's page fetches to check and to show, under addresses that only the approval names. No token: who knows the 256 bits may read, until the
// approval ends.
import { HttpProblem, PROBLEM_SCHEMA, type HttpDoor, type HttpRequest } from '@sigillo/http';
import { attemptOf, type Attempt, type StoredDocument } from '../document/document.ts';
import type { Spool } from '../document/spool.ts';
import type { DocumentStore } from '../document/store.ts';

export function addPreparedRoutes(door: HttpDoor, parts: { readonly store: DocumentStore; readonly spool: Spool }): void {
  const find = (request: HttpRequest): { readonly document: StoredDocument; readonly attempt: Attempt } => {
    const document = parts.store.findByCapability((request.params as { capability: string }).capability);
    const attempt = document === undefined ? undefined : attemptOf(document.state);
    if (document === undefined || attempt === undefined) throw new HttpProblem(404, 'document_unknown');
    return { document, attempt };
  };

  door.get('/prepared/:capability/content', documented('The document with the room for its signature', 'application/pdf'), (request, reply) => {
    const { document, attempt } = find(request);
    reply.type('application/pdf').header('content-length', document.upload.sizeBytes + attempt.tail.sizeBytes);
    return reply.send(parts.spool.read(document.upload, attempt.tail));
  });
  door.get('/prepared/:capability/attributes', documented('The attributes to be signed, DER SET', 'application/octet-stream'), (request, reply) => {
    const { attempt } = find(request);
    return reply.type('application/octet-stream').send(Buffer.from(attempt.signedAttributes));
  });
}

function documented(summary: string, type: string): { readonly schema: object } {
  const params = { type: 'object', required: ['capability'], properties: { capability: { type: 'string' } } };
  const file = { description: summary, content: { [type]: { schema: { type: 'string', format: 'binary' } } } };
  return { schema: { summary, params, response: { 200: file, 404: { description: 'over, or never there', ...PROBLEM_SCHEMA } } } };
}
