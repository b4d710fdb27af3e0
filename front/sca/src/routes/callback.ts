// SPDX-License-Identifier: Apache-2.0
// The signer's browser comes back from the IdP. Whatever it brings, it is sent on to the signer's page; the answer itself tells nothing.
import type { HttpDoor } from '@sigillo/http';
import type { StoredDocument } from '../document/document.ts';
import type { DocumentStore } from '../document/store.ts';

export interface CallbackParts {
  readonly store: DocumentStore;
  readonly signOrigin: string;
  readonly finish: (document: StoredDocument, query: string, requestId: string) => Promise<void>;
}

const QUERY_CHARACTERS_MAX = 8192;

export function addCallbackRoute(door: HttpDoor, { store, signOrigin, finish }: CallbackParts): void {
  const schema = { summary: 'Where the IdP sends the signer back to', response: { 303: { type: 'null', description: 'on to the signer\'s page' } } };
  door.get('/callback', { schema }, async (request, reply) => {
    const query = request.url.slice('/callback?'.length);
    const states = query.length > QUERY_CHARACTERS_MAX ? [] : new URLSearchParams(query).getAll('state');
    const document = states.length === 1 ? store.findByReturnState(states[0]!) : undefined;
    if (document === undefined) return reply.redirect(`${signOrigin}/error#code=request_expired`, 303);
    await finish(document, query, request.id);
    return reply.redirect(`${signOrigin}/done#handle=${document.handle}`, 303);
  });
}
