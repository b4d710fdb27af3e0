// SPDX-License-Identifier: Apache-2.0
// An enrolment that waits for officers may outlive the page by days.
import { fromBase64url, toBase64url } from '@sigillo/standards/bytes';
import type { Shelf } from './stored.ts';

export interface WaitingEnrolment {
  readonly hash: Uint8Array;
  /** The eight digits that the registration officer compares with the person. */
  readonly code: string;
  readonly name: string;
}

export function keepEnrolment(shelf: Shelf, waiting: WaitingEnrolment): void {
  shelf.put('enrolment', { hash: toBase64url(waiting.hash), code: waiting.code, name: waiting.name });
}

export function waitingEnrolment(shelf: Shelf): WaitingEnrolment | null {
  const value = shelf.get('enrolment');
  if (typeof value !== 'object' || value === null) return null;
  const { hash, code, name } = value as Record<string, unknown>;
  if (typeof hash !== 'string' || !/^[A-Za-z0-9_-]{43}$/.test(hash) || typeof code !== 'string' || typeof name !== 'string') return null;
  return { hash: fromBase64url(hash), code, name };
}

export function forgetEnrolment(shelf: Shelf): void {
  shelf.remove('enrolment');
}
