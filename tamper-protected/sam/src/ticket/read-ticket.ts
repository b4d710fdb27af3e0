// SPDX-License-Identifier: Apache-2.0
// The IdP's ticket: a JWT (RFC 7519) signed with ES256 by one of the pinned keys, in compact form, with closed claims. There is no other
// algorithm to choose.
import type { KeyObject } from 'node:crypto';
import { hashByOid, HASHES } from '@sigillo/standards/algorithms';
import { fromBase64, fromBase64url, fromHex, fromUtf8 } from '@sigillo/standards/bytes';
import { parseStrictJson } from '@sigillo/standards/json';
import { refuseAs, SamRefusal } from '../refusals.ts';
import { closedMembers, type Members } from './checks/closed-members.ts';
import { requireDigestLengths } from './checks/digest-lengths.ts';
import { itemList } from './checks/item-list.ts';
import { shownName } from './checks/shown-name.ts';
import { requireAudience } from './checks/ticket-audience.ts';
import { requireTicketHeader } from './checks/ticket-header.ts';
import { requireIssuer } from './checks/ticket-issuer.ts';
import { requireIdpSignature } from './checks/ticket-signature.ts';
import { requireTicketInTime } from './checks/ticket-time.ts';

export interface Ticket {
  readonly id: string;
  readonly signerId: Uint8Array;
  readonly clientId: string;
  /** Null for a bearer client. */
  readonly clientKeyThumbprint: Uint8Array | null;
  readonly expires: number;
  readonly keyId: Uint8Array;
  readonly hashAlgorithm: string;
  readonly dtbsrs: readonly Uint8Array[];
  /** Null where the application leaves it to the key. */
  readonly signatureAlgorithm: string | null;
  readonly labels: readonly string[];
  /** Whether the page was told where the documents are. */
  readonly hasLocations: boolean;
}

export interface IdpTrust {
  readonly issuer: string;
  readonly keys: ReadonlyMap<string, KeyObject>;
}

/** Proves that the IdP issued this ticket for this SAM and that it is in time; returns what it says. */
export function verifyTicket(compact: string, trust: IdpTrust, nowSeconds: number): Ticket {
  const [head, payload, signature, ...more] = compact.split('.');
  if (head === undefined || payload === undefined || signature === undefined || more.length > 0) throw new SamRefusal('ticket_malformed');
  const header = closedMembers(parseOnce(head), ['alg', 'typ', 'kid']);
  requireTicketHeader(header['alg'], header['typ']);
  const signatureBytes = refuseAs('ticket_malformed', () => fromBase64url(signature));
  requireIdpSignature(trust.keys, header['kid'], `${head}.${payload}`, signatureBytes);
  return readClaims(parseOnce(payload), trust.issuer, nowSeconds);
}

const DEPTH_MAX = 16;

/** JSON in the one spelling that JSON.stringify writes: no member twice, no white space, no number that a double does not hold. */
function parseOnce(part: string): unknown {
  return refuseAs('ticket_malformed', () => {
    const bytes = fromBase64url(part);
    const value = parseStrictJson(bytes, DEPTH_MAX);
    if (JSON.stringify(value) !== fromUtf8(bytes)) throw new SamRefusal('ticket_malformed');
    return value;
  });
}

function readClaims(value: unknown, issuer: string, nowSeconds: number): Ticket {
  const claims = closedMembers(value, ['iss', 'aud', 'sub', 'client_id', 'jti', 'iat', 'exp', 'details'], ['jkt']);
  requireIssuer(claims['iss'], issuer);
  requireAudience(claims['aud']);
  const issued = number(claims['iat']);
  const expires = number(claims['exp']);
  requireTicketInTime(issued, expires, nowSeconds);
  return { ...readDetails(claims['details']), ...readParties(claims), expires };
}

function readParties(claims: Members): Pick<Ticket, 'id' | 'signerId' | 'clientId' | 'clientKeyThumbprint'> {
  const { jkt } = claims;
  const clientKeyThumbprint = jkt === undefined ? null : refuseAs('ticket_malformed', () => fromBase64url(text(jkt, 43)));
  if (clientKeyThumbprint !== null && clientKeyThumbprint.length !== 32) throw new SamRefusal('ticket_malformed');
  return { id: text(claims['jti'], 128), signerId: hexId(claims['sub']), clientId: text(claims['client_id'], 255), clientKeyThumbprint };
}

function readDetails(
  value: unknown,
): Pick<Ticket, 'keyId' | 'hashAlgorithm' | 'dtbsrs' | 'signatureAlgorithm' | 'labels' | 'hasLocations'> {
  const details = closedMembers(value, ['credentialID', 'hashes', 'hashAlgorithmOID', 'labels'], ['signAlgo', 'documentLocations']);
  const hashAlgorithm = text(details['hashAlgorithmOID'], 64);
  const lengthBytes = HASHES[refuseAs('algorithm_not_allowed', () => hashByOid(hashAlgorithm))].lengthBytes;
  const dtbsrs = itemList(details['hashes']).map((hash) => refuseAs('ticket_details', () => fromBase64(text(hash, 128))));
  requireDigestLengths(dtbsrs, lengthBytes);
  const labels = itemList(details['labels']).map((value) => shownName(text(value, 360)));
  const locations = details['documentLocations'] === undefined ? undefined : itemList(details['documentLocations']);
  if (labels.length !== dtbsrs.length || (locations !== undefined && locations.length !== dtbsrs.length))
    throw new SamRefusal('list_length');
  const signAlgo = details['signAlgo'];
  return {
    keyId: hexId(details['credentialID']),
    hashAlgorithm,
    dtbsrs,
    signatureAlgorithm: signAlgo === undefined ? null : text(signAlgo, 64),
    labels,
    hasLocations: locations !== undefined,
  };
}

function text(value: unknown, lengthMax: number): string {
  if (typeof value !== 'string' || value === '' || value.length > lengthMax) throw new SamRefusal('ticket_details');
  return value;
}

function number(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new SamRefusal('ticket_malformed');
  return value;
}

function hexId(value: unknown): Uint8Array {
  const bytes = refuseAs('ticket_details', () => fromHex(text(value, 32)));
  if (bytes.length !== 16) throw new SamRefusal('ticket_details');
  return bytes;
}
