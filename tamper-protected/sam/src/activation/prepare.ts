// SPDX-License-Identifier: Apache-2.0
// Prepare: from the IdP's ticket and the SAM's own rows to the intent that the page shows and the passkey signs. The intent becomes live
// only when its statement is signed; the map decides at that moment, without waiting, whether it may.
import type { Request } from '@sigillo/doors/door';
import type { samDoor } from '@sigillo/doors/sam';
import { challengePreimage, intentBody, intentStatement, type Item, ITEMS_MAX, listForm } from '@sigillo/doors/sap';
import { encode } from '@sigillo/doors/schema';
import { compareBytes, concat, toHex } from '@sigillo/standards/bytes';
import { sha256 } from '../hash.ts';
import { requireNewWork } from '../new-work.ts';
import { SamRefusal } from '../refusals.ts';
import { openChain } from '../signing-key/chain.ts';
import type { State } from '../state.ts';
import { type SignedStatement, signStatement } from '../statements.ts';
import { type Ticket, verifyTicket } from '../ticket/read-ticket.ts';
import { chosenAlgorithm } from './algorithm.ts';
import { requireDocuments } from './checks/documents.ts';
import { requireRoom } from './checks/room.ts';
import { requireUnusedTicket } from './checks/unused-ticket.ts';
import type { AllowedPasskey, IntentFields, IssuedOperation } from './operations.ts';
import { type Parties, readParties } from './parties.ts';

export type PrepareRequest = Request<(typeof samDoor)['prepare']>;

const LANGUAGES: ReadonlySet<string> = new Set(['en', 'ja']);
const NO_THUMBPRINT = new Uint8Array(32);

export async function prepare(state: State, request: PrepareRequest): Promise<SignedStatement> {
  requireNewWork(state);
  const ticket = verifyTicket(request.ticket, state.deployment.idp, state.clock.seconds());
  requireFresh(state, ticket);
  if (!LANGUAGES.has(request.language)) throw new SamRefusal('language_unknown');
  const parties = await readParties(state, ticket);
  requireDocuments(state.deployment.policy, ticket, request.documents, parties.client);
  const operation = makeOperation(state, ticket, request, parties);
  const answer = await signIntent(state, operation, parties, request.pageNonce);
  // Others may have come first while the statement was signed.
  requireFresh(state, ticket);
  state.operations.issue(operation);
  return answer;
}

/** One live operation a ticket: a newer intent replaces an older one, and none comes after an approval. */
function requireFresh(state: State, ticket: Ticket): void {
  requireUnusedTicket(state.memory.approvedTickets, ticket);
  requireRoom(state.operations, ticket, state.limits, state.memory.approvedTickets.size);
}

function makeOperation(state: State, ticket: Ticket, request: PrepareRequest, parties: Parties): IssuedOperation {
  const items = itemsOf(ticket, request);
  const intent = makeIntent(state, ticket, request, parties);
  const body = encode(intentBody, { ...intent, ...listForm(items, sha256) });
  const challenge = sha256(challengePreimage('sign', body));
  return {
    challenge,
    challengeKey: toHex(challenge),
    body,
    intent,
    items,
    deadline: state.clock.monotonic() + state.deployment.policy.intentSeconds * 1000,
    ticketId: ticket.id,
    ticketExpires: ticket.expires,
    seen: parties.seen,
    passkeys: parties.passkeys,
    key: parties.key,
    subjectKey: parties.subjectKey,
  };
}

function makeIntent(state: State, ticket: Ticket, request: PrepareRequest, parties: Parties): IntentFields {
  const { deployment, powers, clock } = state;
  const notBefore = clock.seconds();
  return {
    version: 1,
    operation: 'sign',
    deploymentId: deployment.deploymentId,
    samId: deployment.samId,
    operationNumber: state.nextOperationNumber(),
    nonce: powers.random(32),
    signerId: ticket.signerId,
    keyId: ticket.keyId,
    keyVersion: parties.keyVersion,
    certificateHash: parties.certificateHash,
    authenticatorsHash: authenticatorsHash(parties.passkeys),
    clientId: ticket.clientId,
    clientKeyThumbprint: ticket.clientKeyThumbprint ?? NO_THUMBPRINT,
    hashAlgorithm: ticket.hashAlgorithm,
    ...chosenAlgorithm(state, ticket, parties.key),
    count: ticket.dtbsrs.length,
    notBefore,
    expires: notBefore + deployment.policy.intentSeconds,
    policyHash: deployment.policy.hash,
    language: request.language,
    soleControlLevel: parties.key.soleControlLevel,
  };
}

function itemsOf(ticket: Ticket, { documents }: PrepareRequest): readonly Item[] {
  return ticket.dtbsrs.map((dtbsr, i) => ({
    dtbsr,
    documentDigest: documents[i]!.digest,
    name: ticket.labels[i]!,
    // Where the page was told the place of the document, it is a PDF that the page read; of others only the hash is known.
    mediaType: ticket.hasLocations ? 'application/pdf' : 'application/octet-stream',
    sizeBytes: documents[i]!.digest === null ? 0 : documents[i]!.sizeBytes,
  }));
}

/** Field 11: SHA-256 over the sorted ids of the active passkeys. */
export function authenticatorsHash(passkeys: readonly AllowedPasskey[]): Uint8Array {
  return sha256(concat(...passkeys.map(({ row }) => row.credentialId).sort(compareBytes)));
}

async function signIntent(state: State, operation: IssuedOperation, parties: Parties, pageNonce: Uint8Array): Promise<SignedStatement> {
  const { key, client } = parties;
  const firstTime = !state.memory.signer(operation.intent.signerId).hasAllowed(client.clientId);
  return signStatement(state.cryptoModule, 'intent', intentStatement, {
    body: operation.body,
    shown: {
      clientName: client.name,
      firstTime,
      keyLabel: key.label,
      level: { soleControlLevel: key.soleControlLevel, claim: key.claim },
      certificate: openChain(parties.subjectKey, operation.intent.keyId, key)[0]!,
    },
    pageNonce,
    items: operation.items.length > ITEMS_MAX ? operation.items : null,
  });
}
