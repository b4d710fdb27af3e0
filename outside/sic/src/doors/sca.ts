// SPDX-License-Identifier: Apache-2.0
// The SCA: documents go there as they are, come back prepared, and come back signed.
import type { Pins } from '../pins.ts';
import type { Powers } from '../powers.ts';
import { requireUnder } from '../checks/own-address.ts';
import type { Session } from '../session/session.ts';
import { type Json, numberOrNull, textOf, textOrNull } from './answer.ts';
import { callBytes, jsonPost } from './call.ts';

const TRANSFER_TIMEOUT_MS = 120_000;

export interface UploadedDocument {
  readonly handle: string;
  readonly name: string;
  /** How many signatures the document carries already. */
  readonly signatures: number;
  readonly warnings: readonly string[];
}

export type DocumentState = 'uploaded' | 'prepared' | 'approved' | 'signed' | 'failed' | 'declined';
const DOCUMENT_STATES: readonly DocumentState[] = ['uploaded', 'prepared', 'approved', 'signed', 'failed', 'declined'];

export interface DocumentStatus {
  readonly name: string;
  readonly state: DocumentState | 'unknown';
  readonly code: string | null;
  readonly record: number | null;
}

export class ScaDoor {
  readonly #powers: Powers;
  readonly #pins: Pins;
  readonly #session: Session;

  constructor(powers: Powers, pins: Pins, session: Session) {
    this.#powers = powers;
    this.#pins = pins;
    this.#session = session;
  }

  async upload(file: Blob, name: string): Promise<UploadedDocument> {
    const headers = { 'content-type': 'application/pdf', 'x-document-name': encodeURIComponent(name) };
    const answer = await this.#session.json({
      method: 'POST',
      url: `${this.#pins.scaUrl}/documents`,
      headers,
      body: file,
      timeoutMs: TRANSFER_TIMEOUT_MS,
    });
    return {
      handle: textOf(answer, 'handle'),
      name: textOf(answer, 'name'),
      signatures: numberOrNull(answer, 'signatures') ?? 0,
      warnings: warningsOf(answer),
    };
  }

  async status(handle: string): Promise<DocumentStatus> {
    const answer = await this.#session.json({ method: 'GET', url: this.#document(handle) });
    const state = DOCUMENT_STATES.find((known) => known === answer['state']) ?? 'unknown';
    return { name: textOf(answer, 'name'), state, code: textOrNull(answer, 'code'), record: numberOrNull(answer, 'record') };
  }

  /** Has the document prepared for this key; answers where the approval begins, under the pinned issuer. */
  async sign(handle: string, credentialId: string): Promise<string> {
    const answer = await this.#session.json({
      ...jsonPost(`${this.#document(handle)}/sign`, { credentialID: credentialId }),
      timeoutMs: TRANSFER_TIMEOUT_MS,
    });
    return requireUnder(this.#pins.issuer, textOf(answer, 'authorizeUrl'));
  }

  async signedFile(handle: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#session.bytes({ method: 'GET', url: `${this.#document(handle)}/signed`, timeoutMs: TRANSFER_TIMEOUT_MS });
  }

  async remove(handle: string): Promise<void> {
    await this.#session.json({ method: 'DELETE', url: this.#document(handle) });
  }

  /** Part of a prepared document, from an address that the ticket names and `readTicket` has judged. */
  async prepared(url: string): Promise<Uint8Array<ArrayBuffer>> {
    return callBytes(this.#powers, { method: 'GET', url, timeoutMs: TRANSFER_TIMEOUT_MS });
  }

  #document(handle: string): string {
    return `${this.#pins.scaUrl}/documents/${encodeURIComponent(handle)}`;
  }
}

/** Codes as text, or objects with a code. */
function warningsOf(answer: Json): readonly string[] {
  const { warnings } = answer;
  if (!Array.isArray(warnings)) return [];
  return warnings.flatMap((item: unknown) => {
    if (typeof item === 'string') return [item];
    if (typeof item === 'object' && item !== null && 'code' in item && typeof item.code === 'string') return [item.code];
    return [];
  });
}

