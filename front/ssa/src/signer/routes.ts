// SPDX-License-Identifier: Apache-2.0
import type { SamDoor } from '@sigillo/doors/sam';
import type { Request } from '@sigillo/doors/door';
import type { HttpDoor, HttpRequest, RateLimit } from '@sigillo/http';
import { admitted } from '../caller/admitted.ts';
import type { Callers } from '../caller/caller.ts';
import { fromJson, jsonSchema, toJson } from '../json-form/json-form.ts';
import type { Line } from '../line/line.ts';
import { messageOf, SIGNER_ROUTES, type SignerRow } from './table.ts';
import { requireOwnTicket } from './ticket-subject.ts';

export interface SignerRoutes {
  readonly sam: Line<SamDoor>;
  readonly callers: Callers;
  readonly limit: RateLimit;
}

export function addSignerRoutes(door: HttpDoor, rooms: SignerRoutes): void {
  for (const row of SIGNER_ROUTES) {
    if (row.who === 'anyone') addOpenRoute(door, rooms, row);
    else addSessionRoute(door, rooms, row);
  }
}

function addOpenRoute(door: HttpDoor, rooms: SignerRoutes, row: SignerRow): void {
  const { request: schema, answer, what } = messageOf(row.message);
  const onRequest = async (request: HttpRequest): Promise<void> => rooms.limit.take(row.path, request.ip);
  door.post(`/signer/v1/${row.path}`, { onRequest, schema: { summary: what, body: jsonSchema(schema), response: { 200: jsonSchema(answer) } } }, async (request) => {
    const message = fromJson(schema, request.body) as Request<SamDoor[typeof row.message]>;
    return toJson(answer, await rooms.sam.call(row.message, message, request.id));
  });
}

function addSessionRoute(door: HttpDoor, rooms: SignerRoutes, row: SignerRow): void {
  const { request: schema, answer, what } = messageOf(row.message);
  const session = admitted((request, reply) => rooms.callers.signer(request, reply));
  const bodyLimit = row.bodyBytesMax === undefined ? {} : { bodyLimit: row.bodyBytesMax };
  const options = { ...bodyLimit, onRequest: session.onRequest, schema: { summary: what, body: jsonSchema(schema, row.fromSession), response: { 200: jsonSchema(answer) } } };
  door.post(`/signer/v1/${row.path}`, options, async (request) => {
    const { signerId, subject } = session.of(request);
    const fields = fromJson(schema, request.body, row.fromSession);
    if (row.message === 'prepare') requireOwnTicket(fields['ticket'] as string, subject);
    const message = { ...fields, ...(row.fromSession.includes('signerId') ? { signerId } : {}) } as Request<SamDoor[typeof row.message]>;
    return toJson(answer, await rooms.sam.call(row.message, message, request.id));
  });
}
