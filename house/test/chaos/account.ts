// SPDX-License-Identifier: Apache-2.0
// What the players know for themselves, without asking anyone: what they approved, what they sent, what they got, what was acknowledged.
import { toHex } from '@sigillo/standards/bytes';

/** One thing to be signed. Its content is random, so its hash names it. */
export interface Item {
  readonly content: Uint8Array;
  readonly hash: Uint8Array;
  readonly label: string;
}

/** One call of signHash: the list in its order, and what came of it. */
export interface Call {
  readonly items: readonly Item[];
  readonly startedAt: number;
  endedAt: number;
  signatures: readonly Uint8Array[] | undefined;
  /** Of the refusal, where there was one. */
  code: string | undefined;
}

/** One approval, from the intent on. */
export interface Approved {
  readonly keyId: string;
  /** DER SubjectPublicKeyInfo of the certificate. */
  readonly publicKey: Uint8Array;
  readonly items: readonly Item[];
  readonly challenge: Uint8Array;
  /** The signer has the SAM's receipt, or its signed word that there is one. */
  acknowledged: boolean;
  readonly calls: Call[];
}

export interface Account {
  readonly approvals: Approved[];
  /** Keys whose stop the SAM acknowledged: their signer's freeze, or a command of officers. */
  readonly stopped: { readonly keyId: string; readonly revoked: boolean }[];
  /** How often each ceremony came to its end. */
  readonly done: Map<string, number>;
  /** How often one was broken off, and by which answer. */
  readonly brokenOff: Map<string, number>;
}

export function newAccount(): Account {
  return { approvals: [], stopped: [], done: new Map(), brokenOff: new Map() };
}

export function count(counts: Map<string, number>, name: string, by = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}

export const nameOf = ({ hash }: Item): string => toHex(hash);
