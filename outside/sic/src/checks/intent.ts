// SPDX-License-Identifier: Apache-2.0
// What the passkey is going to sign, compared with what the application asked for and with what this page has seen (`flow.md` 5
// rows 9 and 10). Each field that can be wrong has a code with its number.
import {
  challengePreimage,
  codePreimage,
  comparisonCode,
  type IntentBody,
  intentBody,
  type IntentStatement,
  intentStatement,
  type Item,
} from '@sigillo/doors/sap';
import { signatureAlgorithmOf } from '@sigillo/standards/algorithms';
import { sameBytes } from '@sigillo/standards/bytes';
import { parseCertificate, parsePublicKey } from '@sigillo/standards/x509';
import { sha256, webHashByOid } from '../crypto/digest.ts';
import type { Pins } from '../pins.ts';
import { CheckError } from './error.ts';
import { requireList, type SeenDocument } from './item-list.ts';
import { openBody, openStatement, requireOurs, type SignedAnswer } from './statement.ts';
import type { Ticket } from './ticket.ts';

/** An intent that passed every check of the page. Only such a one is put before a passkey. */
export interface CheckedIntent {
  /** Its list is `items`, whichever way it stands here. */
  readonly body: Omit<IntentBody, 'items'>;
  readonly items: readonly Item[];
  readonly encodedBody: Uint8Array;
  readonly shown: IntentStatement['shown'];
  readonly challenge: Uint8Array<ArrayBuffer>;
  /** Eight digits to compare on two screens. */
  readonly code: string;
  readonly [proven]: true;
}
declare const proven: unique symbol;

export interface IntentDemand {
  readonly ticket: Ticket;
  readonly documents: readonly SeenDocument[];
  readonly language: string;
  readonly pageNonce: Uint8Array;
}

export async function checkIntent(answer: SignedAnswer, pins: Pins, demand: IntentDemand): Promise<CheckedIntent> {
  const statement = await openStatement('intent', intentStatement, answer, pins, demand.pageNonce);
  const body = openBody(intentBody, statement.body);
  requireOurs(body, pins);
  requireTicket(body, demand.ticket);
  const items = await requireList(body, statement.items, demand);
  await requireShown(body, statement.shown);
  requireFit(body, statement.shown.certificate);
  if (body.language !== demand.language) throw wrong(22);
  if (body.expires <= body.notBefore || body.expires - body.notBefore > LIFETIME_SECONDS_MAX) throw wrong(20);
  const asked: CheckedIntent['body'] = body;
  const challenge = await sha256(challengePreimage('sign', statement.body));
  const code = comparisonCode(await sha256(codePreimage(challenge)));
  return { body: asked, items, encodedBody: statement.body, shown: statement.shown, challenge, code } as CheckedIntent;
}

/** A later intent for the same ticket must ask the same: only number, nonce and times may differ. */
export function requireSameQuestion(before: CheckedIntent, after: CheckedIntent): void {
  const same =
    before.shown.clientName === after.shown.clientName &&
    before.shown.keyLabel === after.shown.keyLabel &&
    before.shown.level.claim === after.shown.level.claim &&
    before.shown.level.soleControlLevel === after.shown.level.soleControlLevel &&
    sameBytes(before.shown.certificate, after.shown.certificate);
  if (!same) throw new CheckError('intent_changed');
}

/** `security.md` 3.3: an intent lives 300 s at most. */
const LIFETIME_SECONDS_MAX = 300;

function requireTicket(body: IntentBody, ticket: Ticket): void {
  if (!sameBytes(body.signerId, ticket.signerId)) throw wrong(7);
  if (!sameBytes(body.keyId, ticket.keyId)) throw wrong(8);
  if (body.clientId !== ticket.clientId) throw wrong(12);
  if (!sameBytes(body.clientKeyThumbprint, ticket.clientKeyThumbprint)) throw wrong(13);
  if (body.hashAlgorithm !== ticket.hashAlgorithm) throw wrong(14);
  if (ticket.signatureAlgorithm !== null && body.signatureAlgorithm !== ticket.signatureAlgorithm) throw wrong(15);
  requireParameters(body);
  if (body.count !== ticket.hashes.length) throw wrong(17);
}

/** The ticket has no parameters: there are none, but those that RSASSA-PSS cannot do without, and they must agree with the hash. */
function requireParameters(body: IntentBody): void {
  if (body.signatureParameters === null) return;
  try {
    const algorithm = signatureAlgorithmOf({ oid: body.signatureAlgorithm, parameters: body.signatureParameters });
    if (algorithm.scheme === 'rsa-pss' && algorithm.hash === webHashByOid(body.hashAlgorithm)) return;
  } catch (cause) {
    throw new CheckError('intent_field_16', cause);
  }
  throw wrong(16);
}

async function requireShown(body: IntentBody, shown: IntentStatement['shown']): Promise<void> {
  if (!sameBytes(body.certificateHash, await sha256(shown.certificate))) throw wrong(10);
  if (body.soleControlLevel !== shown.level.soleControlLevel) throw wrong(23);
}

/** Where the application left the algorithm open the SAM chose it; in any case it is one of this certificate's key, over this hash. */
function requireFit(body: IntentBody, certificate: Uint8Array): void {
  try {
    const algorithm = signatureAlgorithmOf({ oid: body.signatureAlgorithm, parameters: body.signatureParameters });
    const { kind } = parsePublicKey(parseCertificate(certificate).spki);
    const fits = algorithm.scheme === 'ecdsa' ? kind === 'ec' : kind === 'rsa';
    if (fits && 'hash' in algorithm && algorithm.hash === webHashByOid(body.hashAlgorithm)) return;
  } catch (cause) {
    throw new CheckError('intent_field_15', cause);
  }
  throw wrong(15);
}

function wrong(field: number): CheckError {
  return new CheckError(`intent_field_${field}`);
}
