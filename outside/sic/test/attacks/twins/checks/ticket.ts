// SPDX-License-Identifier: Apache-2.0
// The page asks whomever a ticket names for documents.
import { fromBase64url, fromUtf8, toBase64url, utf8 } from '@sigillo/standards/bytes';
import { readTicket as guarded, type DocumentLocation, type Ticket } from '../../../../src/checks/ticket.ts';
import type { Pins } from '../../../../src/pins.ts';

interface Claims {
  readonly details: Readonly<Record<string, unknown>> & { readonly documentLocations?: readonly DocumentLocation[] };
}

export function readTicket(text: string, pins: Pins): Ticket {
  const [head, payload, signature] = text.split('.');
  const claims = JSON.parse(fromUtf8(fromBase64url(payload!))) as Claims;
  const { documentLocations, ...details } = claims.details;
  const bare = toBase64url(utf8(JSON.stringify({ ...claims, iss: pins.issuer, details })));
  return { ...guarded(`${head}.${bare}.${signature}`, pins), text, locations: documentLocations ?? null };
}
