// SPDX-License-Identifier: Apache-2.0
// Documents of a signer, for the signer's page: bring, look, delete, have signed, fetch. Every route asks for the owner before it reads anything else.
import { Readable } from 'node:stream';
import { HttpProblem, PROBLEM_SCHEMA, type HttpDoor, type HttpReply, type HttpRequest } from '@sigillo/http';
import { toBase64url } from '@sigillo/standards/bytes';
import type { FindOwner } from '../caller/owner.ts';
import type { StoredDocument } from '../document/document.ts';
import { readDocumentName } from '../document/name.ts';
import type { Spool } from '../document/spool.ts';
import type { DocumentStore } from '../document/store.ts';
import type { DocumentWork } from '../parsing/work.ts';
import { tellProblem } from './problem.ts';

export interface DocumentParts {
  readonly findOwner: FindOwner;
  readonly store: DocumentStore;
  readonly spool: Spool;
  readonly work: DocumentWork;
  readonly documentBytesMax: number;
  readonly begin: (document: StoredDocument, credentialId: string) => Promise<string>;
  readonly nowMs: () => number;
  readonly random: (length: number) => Uint8Array;
}

const PDF = 'application/pdf';

export function addDocumentRoutes(door: HttpDoor, parts: DocumentParts): void {
  const owners = new WeakMap<HttpRequest, string>();
  const onRequest = async (request: HttpRequest, reply: HttpReply): Promise<void> => void owners.set(request, await parts.findOwner(request, reply));
  const find = (request: HttpRequest): StoredDocument => parts.store.find((request.params as { handle: string }).handle, owners.get(request)!);
  // The body is handed on as the stream it is.
  door.addContentTypeParser(PDF, (_request, payload, done) => done(null, payload));

  door.post('/documents', { onRequest, ...UPLOAD }, (request, reply) => tellProblem(() => upload(parts, owners.get(request)!, request, reply)));
  door.get('/documents/:handle', { onRequest, ...STATUS }, (request) => statusOf(find(request)));
  door.delete('/documents/:handle', { onRequest, ...REMOVAL }, (request, reply) => {
    parts.store.remove(find(request));
    return reply.code(204).send();
  });
  door.post('/documents/:handle/sign', { onRequest, ...SIGNING }, (request) =>
    tellProblem(async () => ({ authorizeUrl: await parts.begin(find(request), (request.body as { credentialID: string }).credentialID) })),
  );
  door.get('/documents/:handle/signed', { onRequest, ...SIGNED }, (request, reply) => {
    const { state, upload } = find(request);
    if (state.name !== 'signed') throw new HttpProblem(409, 'document_not_signed');
    reply.type(PDF).header('content-length', upload.sizeBytes + state.signedTail.sizeBytes);
    return reply.send(parts.spool.read(upload, state.signedTail));
  });
}

async function upload(parts: DocumentParts, owner: string, request: HttpRequest, reply: HttpReply): Promise<object> {
  if (!(request.body instanceof Readable)) throw new HttpProblem(415, 'media_type_not_supported', `${PDF} is expected`);
  const name = readDocumentName(request.raw.headersDistinct['x-document-name']);
  const announced = request.headers['content-length'] === undefined ? parts.documentBytesMax : Number(request.headers['content-length']);
  if (announced > parts.documentBytesMax) throw new HttpProblem(413, 'document_too_large');
  const reservation = parts.store.reserve(owner, announced);
  try {
    const document = await take(parts, { owner, name, body: request.body });
    reply.code(201);
    const { handle, upload, pages, signatures, warnings } = document;
    return { handle, name, sizeBytes: upload.sizeBytes, pages, signatures, warnings };
  } finally {
    reservation.end();
  }
}

async function take(parts: DocumentParts, arriving: { readonly owner: string; readonly name: string; readonly body: Readable }): Promise<StoredDocument> {
  const { owner, name, body } = arriving;
  const upload = await parts.spool.receive(body, parts.documentBytesMax);
  try {
    const inspected = await parts.work.inspect(upload.path);
    const document: StoredDocument = { handle: toBase64url(parts.random(32)), owner, name, upload, ...inspected, arrivedMs: parts.nowMs(), state: { name: 'uploaded' } };
    parts.store.add(document);
    return document;
  } catch (cause) {
    await parts.spool.remove(upload);
    throw cause;
  }
}

function statusOf({ handle, name, pages, signatures, upload, state }: StoredDocument): object {
  const code = state.name === 'failed' ? state.code : state.name === 'declined' ? 'declined' : undefined;
  return {
    handle,
    name,
    sizeBytes: upload.sizeBytes,
    pages,
    signatures,
    state: state.name,
    ...(code === undefined ? {} : { code }),
    ...(state.name === 'declined' && state.reason !== '' ? { reason: state.reason } : {}),
  };
}

const HANDLE = { type: 'object', required: ['handle'], properties: { handle: { type: 'string', description: 'as it was given when the document came' } } } as const;
const DESCRIPTION = {
  handle: { type: 'string' },
  name: { type: 'string' },
  sizeBytes: { type: 'integer' },
  pages: { type: 'integer' },
  signatures: { type: 'integer', description: 'that the document carried when it came' },
} as const;
const FILE = { description: 'the file', content: { [PDF]: { schema: { type: 'string', format: 'binary' } } } } as const;
const problem = (description: string): object => ({ description, ...PROBLEM_SCHEMA });
const UNKNOWN = problem('not there, or somebody else\'s');

const UPLOAD = {
  schema: {
    summary: 'Bring a document',
    consumes: [PDF],
    headers: { type: 'object', required: ['x-document-name'], properties: { 'x-document-name': { type: 'string', description: 'name, percent-encoded UTF-8' } } },
    body: { content: { [PDF]: { schema: {} } } },
    response: {
      201: { type: 'object', description: 'taken', properties: { ...DESCRIPTION, warnings: { type: 'array', items: { type: 'string' } } } },
      413: problem('too large'),
      422: problem('this document cannot be signed; detail says what to do'),
      429: problem('too many documents of this signer, or too large together, or too many at once'),
    },
  },
} as const;
const STATUS = {
  schema: {
    summary: 'What became of a document',
    params: HANDLE,
    response: {
      200: {
        type: 'object',
        description: 'its state',
        properties: {
          ...DESCRIPTION,
          state: { type: 'string', enum: ['uploaded', 'prepared', 'approved', 'signed', 'failed', 'declined'] },
          code: { type: 'string', description: 'why it failed' },
          reason: { type: 'string', description: 'the signer\'s words' },
        },
      },
      404: UNKNOWN,
    },
  },
} as const;
const REMOVAL = { schema: { summary: 'Delete a document', params: HANDLE, response: { 204: { type: 'null', description: 'deleted' }, 404: UNKNOWN } } } as const;
const SIGNING = {
  schema: {
    summary: 'Ask the signer for a signature',
    params: HANDLE,
    body: { type: 'object', additionalProperties: false, required: ['credentialID'], properties: { credentialID: { type: 'string', pattern: '^[0-9a-f]{32}$' } } },
    response: {
      200: { type: 'object', description: 'where the signer goes', properties: { authorizeUrl: { type: 'string' } } },
      404: problem('no such document or credential'),
      409: problem('signed already, or the key cannot sign'),
      422: problem('this document cannot be signed'),
    },
  },
} as const;
const SIGNED = { schema: { summary: 'The signed document', params: HANDLE, response: { 200: FILE, 404: UNKNOWN, 409: problem('not signed') } } } as const;
