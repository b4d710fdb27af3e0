// SPDX-License-Identifier: Apache-2.0
// What this browser remembers about approvals: the one under way (so that a reload never asks the passkey twice), and digests of what
// was approved (so that the signed file can be compared with it). No content, no names.
import { fromBase64url, toBase64url } from '@sigillo/standards/bytes';
import type { Approval } from '../checks/receipt.ts';
import type { ApprovedNote } from '../checks/signed.ts';
import type { Shelf } from './stored.ts';

/** A ticket that is open in this tab, and what was done about it. */
export interface OpenApproval {
  readonly ticket: string;
  /** Where the browser returns to; null where the ticket was opened from the list, to read or decline only. */
  readonly interaction: string | null;
  readonly requestId: string | null;
  /** Present once the passkey has answered: from then on the SAM is asked, never the passkey. */
  readonly sent: { readonly approval: Approval; readonly assertion: unknown } | null;
}

export interface Note extends ApprovedNote {
  readonly challenge: Uint8Array;
  readonly keyId: Uint8Array;
  readonly atMs: number;
}

const NOTES_MAX = 200;
const NOTE_LIFETIME_MS = 48 * 3600 * 1000;

export function keepOpenApproval(shelf: Shelf, open: OpenApproval): void {
  shelf.put(
    'approval',
    { ...open, sent: open.sent === null ? null : { approval: spell(open.sent.approval), assertion: open.sent.assertion } },
  );
}

export function openApproval(shelf: Shelf): OpenApproval | null {
  return guarded(() => {
    const value = shelf.get('approval') as Record<string, unknown> | null;
    if (value === null || typeof value['ticket'] !== 'string') return null;
    const sent = value['sent'] as { approval: Record<string, string>; assertion: unknown } | null;
    return {
      ticket: value['ticket'],
      interaction: textOrNull(value['interaction']),
      requestId: textOrNull(value['requestId']),
      sent: sent === null ? null : { approval: readApproval(sent.approval), assertion: sent.assertion },
    };
  });
}

export function forgetOpenApproval(shelf: Shelf): void {
  shelf.remove('approval');
}

export function keepNotes(shelf: Shelf, fresh: readonly Note[], nowMs: number): void {
  const kept = [...fresh, ...notes(shelf, nowMs)].slice(0, NOTES_MAX);
  shelf.put('approved', kept.map((note) => ({ ...spell(note), byteRange: note.byteRange, sizeBytes: note.sizeBytes, atMs: note.atMs })));
}

export function notes(shelf: Shelf, nowMs: number): readonly Note[] {
  const value = shelf.get('approved');
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    const note = guarded(() => readNote(item as Record<string, unknown>));
    return note === null || nowMs - note.atMs > NOTE_LIFETIME_MS ? [] : [note];
  });
}

function readNote(item: Record<string, unknown>): Note {
  const byteRange = item['byteRange'];
  if (!Array.isArray(byteRange) || byteRange.length !== 4) throw new TypeError('byteRange');
  if (!byteRange.every((number) => typeof number === 'number')) throw new TypeError('byteRange');
  return {
    dtbsr: bytesOf(item, 'dtbsr'),
    digest: bytesOf(item, 'digest'),
    certificate: bytesOf(item, 'certificate'),
    challenge: bytesOf(item, 'challenge'),
    keyId: bytesOf(item, 'keyId'),
    byteRange: byteRange as unknown as Note['byteRange'],
    sizeBytes: numberOf(item, 'sizeBytes'),
    atMs: numberOf(item, 'atMs'),
  };
}

function readApproval(item: Record<string, unknown>): Approval {
  const text = (name: string): string => {
    const value = item[name];
    if (typeof value !== 'string') throw new TypeError(name);
    return value;
  };
  return {
    ticketId: text('ticketId'),
    clientId: text('clientId'),
    challenge: bytesOf(item, 'challenge'),
    signerId: bytesOf(item, 'signerId'),
    keyId: bytesOf(item, 'keyId'),
    clientKeyThumbprint: bytesOf(item, 'clientKeyThumbprint'),
    algorithmsHash: bytesOf(item, 'algorithmsHash'),
    listHash: bytesOf(item, 'listHash'),
    pageNonce: bytesOf(item, 'pageNonce'),
  };
}

/** Texts and numbers as they are, bytes as base64url. */
function spell(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [
    name,
    member instanceof Uint8Array ? toBase64url(member) : (member as unknown),
  ]));
}

function bytesOf(item: Record<string, unknown>, name: string): Uint8Array {
  const value = item[name];
  if (typeof value !== 'string') throw new TypeError(name);
  return fromBase64url(value);
}

function numberOf(item: Record<string, unknown>, name: string): number {
  const value = item[name];
  if (typeof value !== 'number') throw new TypeError(name);
  return value;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** What does not read back counts as not there: it was written by another version, or by hand. */
function guarded<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
