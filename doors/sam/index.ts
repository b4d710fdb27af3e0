// SPDX-License-Identifier: Apache-2.0
// The SAM's door, as its table of messages. The SSA knocks; what it carries for pages and officers it can neither open nor change unseen.
import { message } from '../door/index.ts';
import { array, boolean, bytes, bytesUpTo, exactly, map, nullable, oneOf, text, uint, type ValueOf } from '../schema/index.ts';
import {
  approval, assertion, bytes32, certificate, credentialId, id, KEY_STATES, level, LIST_MAX, ocspResponse, oid, shownName, signedStatement, STOP_APPROVALS_MAX, STOP_COMMANDS, STOP_REASONS, time,
  type OUTCOME_STATES,
} from '../sap/index.ts';

const pageNonce = { key: 15, of: bytes32, what: 'drawn by the page for this call; stands in the signed answer' } as const;
const nothing = map({});
/** A thousand items with long names and places, as a JWT writes them. */
export const TICKET_LENGTH_MAX = 1_048_576;

/** A person who asks to become a signer: given name and surname, or a pseudonym (EN 319 412-2). */
export const person = map({
  country: { key: 1, of: text(2), what: 'ISO 3166-1 alpha-2, upper case' },
  givenName: { key: 2, of: nullable(text(192)), what: 'with a surname' },
  surname: { key: 3, of: nullable(text(120)), what: 'with a given name' },
  pseudonym: { key: 4, of: nullable(text(192)), what: 'instead of both' },
});
export type Person = ValueOf<typeof person>;

/** One enrolment that waits for officers. */
export const pendingEnrolment = map({
  enrolment: { key: 1, of: bytesUpTo(4096, 1), what: '(a)' },
  confirmation: { key: 2, of: bytesUpTo(4096, 1), what: '(b)' },
  state: { key: 3, of: oneOf('pending_proposal', 'pending_approval', 'approved'), what: 'what it waits for' },
  proposer: { key: 4, of: nullable(id), what: 'officer who proposed' },
  approvers: { key: 5, of: array(id, 8), what: 'officers who approved so far' },
});

/** A signing key as the CSC door shows it. */
export const credential = map({
  keyId: { key: 1, of: id, what: 'the credentialID, in lower-case hexadecimal, outside' },
  signerId: { key: 2, of: id, what: 'whose' },
  label: { key: 3, of: shownName, what: 'its label' },
  state: { key: 4, of: oneOf(...KEY_STATES), what: 'its state' },
  algorithm: { key: 5, of: text(32), what: 'P-256, P-384, RSA-3072, RSA-4096' },
  signatureAlgorithms: { key: 6, of: array(oid, 16), what: 'what it may sign with, preferred first' },
  level: { key: 7, of: level, what: 'its level' },
  chain: { key: 8, of: array(certificate, 6), what: 'certificates, the signer\'s first' },
  signaturesMax: { key: 9, of: uint(LIST_MAX), what: 'the most signatures under one approval' },
});
export type Credential = ValueOf<typeof credential>;

export const enrolmentState = oneOf('pending_proposal', 'pending_approval', 'approved', 'ordered', 'active');

export const samDoor = {
  enrolBegin: message(1, 'a person asks to become a signer: (a), signed', map({ person: { key: 1, of: person, what: 'as they entered it' }, pageNonce }), signedStatement),
  enrolKey: message(
    2,
    'the new passkey: (b), signed',
    map({
      enrolmentHash: { key: 1, of: bytes32, what: 'SHA-256 of (a)' },
      credentialId: { key: 2, of: credentialId, what: 'of the new passkey' },
      attestationObject: { key: 3, of: bytesUpTo(16_384, 1), what: 'WebAuthn Level 3 section 6.5' },
      clientDataJson: { key: 4, of: bytesUpTo(4096, 1), what: 'of the creation' },
      pageNonce,
    }),
    signedStatement,
  ),
  enrolConfirm: message(
    3,
    'the new passkey signed (b): outcome, signed',
    map({ enrolmentHash: { key: 1, of: bytes32, what: 'SHA-256 of (a)' }, assertion: { key: 2, of: assertion, what: 'over (b)' }, pageNonce }),
    signedStatement,
  ),
  enrolOutcome: message(4, 'where an enrolment stands: outcome, signed', map({ enrolmentHash: { key: 1, of: bytes32, what: 'SHA-256 of (a)' }, pageNonce }), signedStatement),

  officerPending: message(5, 'what waits for officers', nothing, map({ enrolments: { key: 1, of: array(pendingEnrolment, 100), what: 'oldest first' } })),
  officerPropose: message(
    6,
    'the registration officer proposes an enrolment',
    map({ enrolmentHash: { key: 1, of: bytes32, what: 'SHA-256 of (a)' }, approval: { key: 2, of: approval, what: 'over (b), command enrol-propose' } }),
    map({ state: { key: 1, of: enrolmentState, what: 'now' } }),
  ),
  officerApprove: message(
    7,
    'a privileged user approves an enrolment; the second approval makes the key',
    map({ enrolmentHash: { key: 1, of: bytes32, what: 'SHA-256 of (a)' }, approval: { key: 2, of: approval, what: 'over (b), command enrol' } }),
    map({ state: { key: 1, of: enrolmentState, what: 'now' } }),
    30_000,
  ),
  orders: message(8, 'orders for the CA that have no certificate yet', nothing, map({ orders: { key: 1, of: array(signedStatement, 100), what: 'oldest first' } })),
  installCertificate: message(
    9,
    'the CA\'s answer to an order',
    map({ orderId: { key: 1, of: id, what: 'field 5 of the order' }, chain: { key: 2, of: array(certificate, 6), what: 'the signer\'s first, without the root' } }),
    map({ state: { key: 1, of: enrolmentState, what: 'now' } }),
  ),

  login: message(10, 'a login statement for a passkey, signed', map({ credentialId: { key: 1, of: credentialId, what: 'that the person chose' }, pageNonce }), signedStatement),

  prepare: message(
    11,
    'the intent for a ticket, signed',
    map({
      ticket: { key: 1, of: text(TICKET_LENGTH_MAX), what: 'the IdP\'s signed JWT' },
      documents: {
        key: 2,
        of: array(map({ digest: { key: 1, of: nullable(bytesUpTo(64, 32)), what: 'as the page computed it' }, sizeBytes: { key: 2, of: uint(), what: 'of the prepared content' } }), LIST_MAX),
        what: 'one for each hash of the ticket, in its order',
      },
      language: { key: 3, of: text(35), what: 'of the page' },
      pageNonce,
    }),
    signedStatement,
  ),
  authorise: message(
    12,
    'the passkey signed the intent: receipt, signed',
    map({
      challenge: { key: 1, of: bytes32, what: 'of the intent' },
      assertion: { key: 2, of: assertion, what: 'over the challenge' },
      sealed: { key: 3, of: nullable(bytesUpTo(4096, 1)), what: 'user factors sealed to the SAM; null until there are any' },
      pageNonce,
    }),
    signedStatement,
  ),
  outcome: message(13, 'how an intent ended: outcome, signed', map({ challenge: { key: 1, of: bytes32, what: 'of the intent' }, pageNonce }), signedStatement),
  execute: message(
    14,
    'sign approved items',
    map({
      handle: { key: 1, of: bytes32, what: 'from the receipt, through the credential token' },
      keyId: { key: 2, of: id, what: 'the credentialID of the call' },
      hashAlgorithm: { key: 3, of: nullable(oid), what: 'as the call says; null where the call leaves it to the signature algorithm' },
      signatureAlgorithm: { key: 4, of: oid, what: 'as the call says' },
      signatureParameters: { key: 5, of: nullable(bytesUpTo(256, 1)), what: 'as the call says' },
      dtbsrs: { key: 6, of: array(bytesUpTo(64, 1), LIST_MAX), what: 'in the order of the call' },
      clientId: { key: 7, of: text(255), what: 'the presenter, from its token' },
      clientKeyThumbprint: { key: 8, of: bytes32, what: 'of the DPoP proof; zeros for a bearer client' },
    }),
    map({ signatures: { key: 1, of: array(bytesUpTo(8192, 1), LIST_MAX), what: 'in the order of the call' }, record: { key: 2, of: uint(), what: 'number of the RELEASED record' } }),
    30_000,
  ),

  credentials: message(15, 'the keys of a signer', map({ signerId: { key: 1, of: id, what: 'whose' } }), map({ credentials: { key: 1, of: array(credential, 100), what: 'all of them' } })),
  credential: message(16, 'one key', map({ keyId: { key: 1, of: id, what: 'which' } }), map({ credential: { key: 1, of: nullable(credential), what: 'null where there is none' } })),
  history: message(
    17,
    'keys, passkeys and uses of a signer, signed',
    map({ signerId: { key: 1, of: id, what: 'the session\'s signer' }, before: { key: 2, of: nullable(uint()), what: 'entries below this number; null for the newest' }, pageNonce }),
    signedStatement,
  ),
  freeze: message(
    18,
    'suspend a key at once; answered when no signature can start any more: outcome, signed',
    map({ signerId: { key: 1, of: id, what: 'the session\'s signer' }, keyId: { key: 2, of: id, what: 'which' }, pageNonce }),
    signedStatement,
  ),
  status: message(
    19,
    'whether the SAM serves',
    nothing,
    map({
      serving: { key: 1, of: boolean(), what: 'false when sealed' },
      reason: { key: 2, of: text(64), what: 'code, empty while serving' },
      record: { key: 3, of: uint(), what: 'number of the newest durable record' },
      head: { key: 4, of: bytes(32), what: 'its hash' },
      at: { key: 5, of: time, what: 'SAM time' },
    }),
  ),

  officerStopBegin: message(
    20,
    'a command that stops a key, for officers to sign: stop, signed',
    map({
      keyId: { key: 1, of: id, what: 'which key' },
      command: { key: 2, of: oneOf(...STOP_COMMANDS), what: 'suspend or revoke' },
      reason: { key: 3, of: oneOf(...STOP_REASONS), what: 'why' },
      pageNonce,
    }),
    signedStatement,
  ),
  officerStop: message(
    21,
    'stop a key: one officer suspends, two revoke; answered when no signature can start any more: outcome, signed',
    map({
      body: { key: 1, of: bytesUpTo(1024, 1), what: 'encoding of the command' },
      approvals: { key: 2, of: array(approval, STOP_APPROVALS_MAX), what: 'over the command, by its tag' },
      pageNonce,
    }),
    signedStatement,
  ),
  revocations: message(
    22,
    'revocations that the CA has not confirmed yet',
    nothing,
    map({ revocations: { key: 1, of: array(signedStatement, 100), what: 'oldest first' } }),
  ),
  certificateRevoked: message(
    23,
    'the CA\'s answer to a revocation',
    map({ orderId: { key: 1, of: id, what: 'field 5 of the revocation' }, response: { key: 2, of: ocspResponse, what: 'what the CA says of the certificate' } }),
    map({ state: { key: 1, of: exactly('revoked'), what: 'now' } }),
  ),
} as const;
export type SamDoor = typeof samDoor;
export type OutcomeState = (typeof OUTCOME_STATES)[number];

export { samRefusal, samRefusals, type RefusalRow, type SamRefusalCode } from './refusals.ts';
export { fullName } from './full-name.ts';
