// SPDX-License-Identifier: Apache-2.0
// The CSC door, v2.0. Methods are rows: path, who may call, parameters, work. Bodies are read by our own tables, since the texts of the
// errors are prescribed; the same tables document them.
import type { SamDoor } from '@sigillo/doors/sam';
import { HttpProblem, type HttpDoor, type HttpReply, type HttpRequest, type RateLimit } from '@sigillo/http';
import { OAuthError } from '@sigillo/standards/oauth';
import { admitted } from '../caller/admitted.ts';
import type { Callers, CredentialCaller, ServiceCaller } from '../caller/caller.ts';
import { tellChallenge } from '../caller/refusal.ts';
import { credentialInfo, INFO_FIELDS } from '../credentials/info.ts';
import { LIST_FIELDS, listCredentials } from '../credentials/list.ts';
import type { Line } from '../line/line.ts';
import { SIGN_HASH_FIELDS, signHash } from '../signatures/sign-hash.ts';
import { type CscFields, fieldsSchema } from './fields.ts';

export const CSC_BASE = '/csc/v2';

export interface CscRoutes {
  readonly sam: Line<SamDoor>;
  readonly callers: Callers;
  readonly limit: RateLimit;
  readonly info: Readonly<Record<string, unknown>>;
  readonly nowSeconds: () => number;
}

type Header = { readonly caller: ServiceCaller | CredentialCaller; readonly token: string };

export function addCscRoutes(door: HttpDoor, rooms: CscRoutes): void {
  const context = (request: HttpRequest): { requestId: string; nowSeconds: number } => ({ requestId: request.id, nowSeconds: rooms.nowSeconds() });
  const anyone = (request: HttpRequest, reply: HttpReply): Promise<Header> => rooms.callers.csc(request, reply);
  const service = async (request: HttpRequest, reply: HttpReply): Promise<{ readonly caller: ServiceCaller }> => {
    const { caller } = await rooms.callers.csc(request, reply);
    return tellChallenge(reply, 'csc', () => ({ caller: requireService(caller) }));
  };
  const limited = async (request: HttpRequest): Promise<void> => rooms.limit.take('info', request.ip);
  const infoFields = { lang: { kind: 'string', what: 'wanted language' } } as const;
  door.post(`${CSC_BASE}/info`, { onRequest: limited, ...documented('what this service offers', infoFields, []) }, () => rooms.info);

  const lister = admitted(service);
  door.post(`${CSC_BASE}/credentials/list`, { onRequest: lister.onRequest, ...documented('the credentials of the user', LIST_FIELDS, []) }, (request) =>
    listCredentials(rooms.sam, lister.of(request).caller, request.body, context(request)),
  );
  const asker = admitted(anyone);
  door.post(`${CSC_BASE}/credentials/info`, { onRequest: asker.onRequest, ...documented('one credential', INFO_FIELDS, ['credentialID']) }, (request) =>
    credentialInfo(rooms.sam, asker.of(request).caller, request.body, context(request)),
  );
  const presenter = admitted(anyone);
  const signing = documented('signatures for approved hashes', SIGN_HASH_FIELDS, ['credentialID', 'hashes', 'signAlgo']);
  door.post(`${CSC_BASE}/signatures/signHash`, { onRequest: presenter.onRequest, ...signing }, (request) =>
    signHash({ sam: rooms.sam, callers: rooms.callers, header: presenter.of(request), body: request.body, requestId: request.id }),
  );
  addOtherMethods(door);
}

/** CSC methods that this service does not offer, and other verbs than POST. */
function addOtherMethods(door: HttpDoor): void {
  const hide: { readonly schema: object } = { schema: { hide: true } };
  door.post(`${CSC_BASE}/*`, hide, () => {
    throw new HttpProblem(501, 'not_implemented', 'This service does not offer the method');
  });
  door.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE'],
    url: `${CSC_BASE}/*`,
    ...hide,
    handler: (_request, reply) => {
      reply.header('allow', 'POST');
      throw new HttpProblem(405, 'invalid_request', 'Every method of this API is a POST');
    },
  });
}

function requireService(caller: ServiceCaller | CredentialCaller): ServiceCaller {
  if (caller.kind !== 'service') throw new OAuthError('token_scope');
  return caller;
}

/** The schema documents; the reading is done by the table, with the texts that the CSC API prescribes. */
function documented(summary: string, fields: CscFields, required: readonly string[]): { schema: object; validatorCompiler: () => () => boolean } {
  return { schema: { summary, body: fieldsSchema(fields, required) }, validatorCompiler: () => () => true };
}
