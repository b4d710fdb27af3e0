// SPDX-License-Identifier: Apache-2.0
// Officers take the signer's road: what counts is what their authenticators signed, and the SAM checks that; the token only keeps
// strangers away.
import { samDoor, type SamDoor } from '@sigillo/doors/sam';
import type { HttpDoor } from '@sigillo/http';
import { admitted } from '../caller/admitted.ts';
import type { Callers } from '../caller/caller.ts';
import { fromJson, jsonSchema, toJson } from '../json-form/json-form.ts';
import type { Line } from '../line/line.ts';

export const OFFICER_ROUTES = [
  { path: 'pending', message: 'officerPending' },
  { path: 'propose', message: 'officerPropose' },
  { path: 'approve', message: 'officerApprove' },
  { path: 'stop/begin', message: 'officerStopBegin' },
  { path: 'stop', message: 'officerStop' },
] as const;

export interface OfficerRoutes {
  readonly sam: Line<SamDoor>;
  readonly callers: Callers;
  /** Called after each approval and each stop: there may be an order or a revocation now. */
  readonly decided: () => void;
}

export function addOfficerRoutes(door: HttpDoor, rooms: OfficerRoutes): void {
  for (const { path, message } of OFFICER_ROUTES) {
    const { request: schema, answer, what } = samDoor[message];
    const officer = admitted((request, reply) => rooms.callers.officer(request, reply));
    const options = { onRequest: officer.onRequest, schema: { summary: what, body: jsonSchema(schema), response: { 200: jsonSchema(answer) } } };
    door.post(`/officer/v1/${path}`, options, async (request) => {
      const result = await rooms.sam.call(message, fromJson(schema, request.body), request.id);
      if (message === 'officerApprove' || message === 'officerStop') rooms.decided();
      return toJson(answer, result);
    });
  }
}
