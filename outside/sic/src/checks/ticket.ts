// SPDX-License-Identifier: Apache-2.0
// The IdP's ticket says what is asked. The page reads it, the SAM verifies it; what the page believes in the end is the SAM's signed
// intent, compared with what stands here.
import { LIST_MAX } from '@sigillo/doors/sap';
import { fromBase64, fromBase64url, fromHex, fromUtf8 } from '@sigillo/standards/bytes';
import type { Pins } from '../pins.ts';
import { CheckError } from './error.ts';

export interface Ticket {
  /** As it came: this goes to the SAM. */
  readonly text: string;
  readonly id: string;
  readonly signerId: Uint8Array;
  readonly clientId: string;
  /** Thumbprint of the application's DPoP key; zeros for a bearer client. */
  readonly clientKeyThumbprint: Uint8Array;
  readonly expires: number;
  readonly keyId: Uint8Array;
  readonly hashes: readonly Uint8Array[];
  readonly hashAlgorithm: string;
  /** Null where the application leaves it to the signing service. */
  readonly signatureAlgorithm: string | null;
  readonly labels: readonly string[];
  /** Where the prepared documents are, in the order of the hashes; null where only hashes came. */
  readonly locations: readonly DocumentLocation[] | null;
}

export interface DocumentLocation {
  readonly content: string;
  readonly attributes: string;
}

export function readTicket(text: string, pins: Pins): Ticket {
  try {
    return parse(text, pins);
  } catch (cause) {
    if (cause instanceof CheckError) throw cause;
    throw new CheckError('ticket_malformed', cause);
  }
}

function parse(text: string, pins: Pins): Ticket {
  const parts = text.split('.');
  if (parts.length !== 3) throw new CheckError('ticket_malformed');
  const claims = record(JSON.parse(fromUtf8(fromBase64url(parts[1]!))));
  if (string(claims['iss']) !== pins.issuer) throw new CheckError('ticket_issuer');
  const details = record(claims['details']);
  const hashes = list(details['hashes']).map((hash) => fromBase64(string(hash)));
  const labels = list(details['labels']).map(string);
  if (hashes.length === 0 || hashes.length > LIST_MAX || labels.length !== hashes.length) throw new CheckError('ticket_malformed');
  return {
    text,
    id: string(claims['jti']),
    signerId: sized(fromHex(string(claims['sub'])), 16),
    clientId: string(claims['client_id']),
    clientKeyThumbprint: claims['jkt'] === undefined ? new Uint8Array(32) : sized(fromBase64url(string(claims['jkt'])), 32),
    expires: number(claims['exp']),
    keyId: sized(fromHex(string(details['credentialID'])), 16),
    hashes,
    hashAlgorithm: string(details['hashAlgorithmOID']),
    signatureAlgorithm: details['signAlgo'] === undefined ? null : string(details['signAlgo']),
    labels,
    locations: details['documentLocations'] === undefined ? null : locations(details['documentLocations'], hashes.length, pins),
  };
}

/** Only the SCA hands out documents, under the path that is made for it: the page asks nobody else, whatever a ticket says. */
function locations(value: unknown, count: number, pins: Pins): readonly DocumentLocation[] {
  const found = list(value).map((item) => {
    const { content, attributes } = record(item);
    return { content: scaUrl(string(content), pins), attributes: scaUrl(string(attributes), pins) };
  });
  if (found.length !== count) throw new CheckError('ticket_malformed');
  return found;
}

function scaUrl(text: string, pins: Pins): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.href !== text || !text.startsWith(`${pins.scaUrl}/prepared/`) || url.search !== '' || url.hash !== '') {
    throw new CheckError('document_location');
  }
  return text;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CheckError('ticket_malformed');
  return value as Record<string, unknown>;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new CheckError('ticket_malformed');
  return value;
}

function string(value: unknown): string {
  if (typeof value !== 'string') throw new CheckError('ticket_malformed');
  return value;
}

function number(value: unknown): number {
  if (typeof value !== 'number') throw new CheckError('ticket_malformed');
  return value;
}

function sized(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new CheckError('ticket_malformed');
  return bytes;
}
