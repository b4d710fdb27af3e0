// SPDX-License-Identifier: Apache-2.0
// What this page believes without being told by anybody on the network: which SAM signs for it, and where the services stand. It is
// served beside the page by the page's own origin.
import { fromBase64, fromHex } from '@sigillo/standards/bytes';

export interface Pins {
  readonly deploymentId: Uint8Array;
  readonly samId: Uint8Array;
  /** SubjectPublicKeyInfo of the SAM's identity key, P-256. */
  readonly samIdentityKey: Uint8Array;
  readonly issuer: string;
  readonly ssaUrl: string;
  readonly scaUrl: string;
  readonly rpId: string;
  /** Under whose policy keys are given out: stands in the certificates. */
  readonly organisation: string;
}

export class PinsError extends Error {
  override readonly name = 'PinsError';
}

export function parsePins(value: unknown): Pins {
  if (typeof value !== 'object' || value === null) throw new PinsError('not an object');
  const text = (name: string): string => {
    const member = (value as Record<string, unknown>)[name];
    if (typeof member !== 'string' || member === '') throw new PinsError(name);
    return member;
  };
  return {
    deploymentId: sized(fromHex(text('deploymentId')), 16),
    samId: sized(fromHex(text('samId')), 16),
    samIdentityKey: fromBase64(text('samIdentityKey')),
    issuer: baseUrl(text('issuer')),
    ssaUrl: baseUrl(text('ssaUrl')),
    scaUrl: baseUrl(text('scaUrl')),
    rpId: text('rpId'),
    organisation: text('organisation'),
  };
}

function sized(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new PinsError('length');
  return bytes;
}

function baseUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol) || text.endsWith('/')) throw new PinsError('address');
  return text;
}
