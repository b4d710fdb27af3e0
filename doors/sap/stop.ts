// SPDX-License-Identifier: Apache-2.0
// How officers stop a key that is not theirs, for a while or for ever (`security.md` 4.2), and how the CA hears of it.
import { array, bytesUpTo, exactly, map, nullable, oneOf, uint, type ValueOf } from '../schema/index.ts';
import { approval } from './enrolment.ts';
import { bytes32, certificate, id, time } from './kinds.ts';
import { KEY_STATES } from './statements.ts';

export const STOP_COMMANDS = ['suspend', 'revoke'] as const;
export type StopCommand = (typeof STOP_COMMANDS)[number];

/** Reasons for which a subscriber's certificate is revoked, by their names in RFC 5280 section 5.3.1. */
export const STOP_REASONS = ['unspecified', 'keyCompromise', 'affiliationChanged', 'superseded', 'cessationOfOperation', 'privilegeWithdrawn'] as const;
export type StopReason = (typeof STOP_REASONS)[number];

/** What officers sign, under the tag of the command: one of them to suspend, two to revoke. It is for the key as it was then: any change of it makes it void. */
export const stopBody = map({
  version: { key: 1, of: exactly(1), what: 'version of this body' },
  operation: { key: 2, of: oneOf(...STOP_COMMANDS), what: 'also in the domain tag' },
  deploymentId: { key: 3, of: id, what: 'this deployment' },
  samId: { key: 4, of: id, what: 'this SAM' },
  keyId: { key: 5, of: id, what: 'the signing key' },
  keyVersion: { key: 6, of: uint(), what: 'how often its row had changed when the command was made' },
  reason: { key: 7, of: oneOf(...STOP_REASONS), what: 'why' },
  nonce: { key: 8, of: bytes32, what: 'drawn by the SAM' },
  notBefore: { key: 9, of: time, what: 'SAM time of issue' },
  expires: { key: 10, of: time, what: 'at most 72 hours later' },
});
export type StopBody = ValueOf<typeof stopBody>;

/** Statement `stop`: the command as the SAM made it, and what the officer must see before signing it. */
export const stopStatement = map({
  body: { key: 1, of: bytesUpTo(1024, 1), what: 'encoding of the command' },
  state: { key: 2, of: oneOf(...KEY_STATES), what: 'of the key, now' },
  certificate: { key: 3, of: nullable(certificate), what: 'whose it is; null while it has none, or where it cannot be read' },
  pageNonce: { key: 4, of: bytes32, what: 'the nonce that was sent with this call' },
});
export type StopStatement = ValueOf<typeof stopStatement>;

/** The most officers whose signatures go with one command. */
export const STOP_APPROVALS_MAX = 8;

/** Statement `revocation`: the SAM asks the CA to revoke the certificate of a key that officers revoked, and hands over what they signed. */
export const revocationStatement = map({
  version: { key: 1, of: exactly(1), what: 'version of this body' },
  operation: { key: 2, of: exactly('revocation'), what: 'what this is' },
  deploymentId: { key: 3, of: id, what: 'this deployment' },
  samId: { key: 4, of: id, what: 'this SAM' },
  orderId: { key: 5, of: id, what: 'for which the certificate was issued' },
  keyId: { key: 6, of: id, what: 'the signing key' },
  certificateHash: { key: 7, of: bytes32, what: 'SHA-256 of the certificate' },
  command: { key: 8, of: bytesUpTo(1024, 1), what: 'what the officers signed' },
  approvals: { key: 9, of: array(approval, STOP_APPROVALS_MAX), what: 'of two officers at least' },
  revokedAt: { key: 10, of: time, what: 'SAM time: from then on the key signed nothing' },
  issued: { key: 11, of: time, what: 'SAM time' },
});
export type RevocationStatement = ValueOf<typeof revocationStatement>;
