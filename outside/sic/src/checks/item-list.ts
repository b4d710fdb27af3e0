// SPDX-License-Identifier: Apache-2.0
// What is signed, item by item, against what this page knows by itself: hashes and names from the ticket, digests and sizes from its own
// documents. Where the body commits to the list by its root only, the root is computed from that knowledge, never from what was sent.
import { type IntentBody, type Item, ITEMS_MAX, LIST_MAX, listEntries } from '@sigillo/doors/sap';
import { sameBytes } from '@sigillo/standards/bytes';
import { treeRootSoon } from '@sigillo/standards/tlog';
import { sha256 } from '../crypto/digest.ts';
import { CheckError } from './error.ts';
import type { Ticket } from './ticket.ts';

/** What the page knows of one document: its own digest, or null where it has not seen it. */
export interface SeenDocument {
  readonly digest: Uint8Array | null;
  readonly sizeBytes: number;
}

/** `sent` is the list beside the body, where the body has none. Returns the list. */
export async function requireList(
  body: Pick<IntentBody, 'items' | 'itemsRoot'>,
  sent: readonly Item[] | null,
  known: { readonly ticket: Ticket; readonly documents: readonly SeenDocument[] },
): Promise<readonly Item[]> {
  const own = itemsOf(known);
  const isLong = own.length > ITEMS_MAX;
  if (isLong !== (sent !== null)) throw new CheckError('intent_field_18');
  requireSame(sent ?? body.items, own);
  if (isLong !== (body.itemsRoot !== null)) throw new CheckError('intent_field_24');
  if (body.itemsRoot !== null && !sameBytes(body.itemsRoot, await treeRootSoon(listEntries(own), sha256))) throw new CheckError('intent_field_24');
  return own;
}

function itemsOf({ ticket, documents }: { readonly ticket: Ticket; readonly documents: readonly SeenDocument[] }): readonly Item[] {
  if (documents.length !== ticket.hashes.length || documents.length > LIST_MAX) throw new CheckError('intent_field_18');
  return ticket.hashes.map((dtbsr, at) => ({
    dtbsr,
    documentDigest: documents[at]!.digest,
    name: ticket.labels[at]!.normalize('NFC'),
    mediaType: ticket.locations === null ? 'application/octet-stream' : 'application/pdf',
    sizeBytes: documents[at]!.sizeBytes,
  }));
}

function requireSame(said: readonly Item[], own: readonly Item[]): void {
  if (said.length !== own.length) throw new CheckError('intent_field_18');
  own.forEach((expected, at) => {
    const item = said[at]!;
    const same =
      sameBytes(item.dtbsr, expected.dtbsr) &&
      sameOrNull(item.documentDigest, expected.documentDigest) &&
      item.name === expected.name &&
      item.mediaType === expected.mediaType &&
      item.sizeBytes === expected.sizeBytes;
    if (!same) throw new CheckError('intent_field_18');
  });
}

function sameOrNull(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : sameBytes(a, b);
}
