// SPDX-License-Identifier: Apache-2.0
// What single events say beyond the frame that all records share.
import { array, bytes, bytesUpTo, map, nullable, oneOf, text, uint, type ValueOf } from '@sigillo/doors/schema';
import { approval, bytes32, id, LIST_MAX, ocspResponse, oid, shownName, STOP_APPROVALS_MAX, time } from '@sigillo/doors/sap';
import { TABLE_NAMES } from '../records/tables.ts';

export const genesisDetail = map({
  deploymentId: { key: 1, of: id, what: 'this deployment' },
  samId: { key: 2, of: id, what: 'this SAM' },
  deploymentHash: { key: 3, of: bytes32, what: 'SHA-256 of the names and addresses of the deployment' },
  policyHash: { key: 4, of: bytes32, what: 'SHA-256 of the policy' },
  officersHash: { key: 5, of: bytes32, what: "SHA-256 of the officers' file" },
  clientsHash: { key: 6, of: bytes32, what: "SHA-256 of the clients' file" },
  idpHash: { key: 7, of: bytes32, what: "SHA-256 of the IdP's issuer and keys" },
  rootsHash: { key: 8, of: bytes32, what: "SHA-256 of the trust anchor of signers' certificates" },
  identityHash: { key: 9, of: bytes32, what: 'SHA-256 of the SAM identity key' },
});
export type GenesisDetail = ValueOf<typeof genesisDetail>;

export const startedDetail = map({
  tornBytes: { key: 1, of: uint(), what: 'of a group that was never acknowledged and was dropped' },
  driver: { key: 2, of: text(64), what: 'of the crypto module' },
});

export const rebuiltDetail = map({
  taken: { key: 1, of: uint(), what: 'last group of the copy that the journal was rebuilt with' },
  highest: { key: 2, of: uint(), what: 'last group that the copy had' },
  rows: { key: 3, of: uint(), what: 'rows that were newer than these groups and were taken over' },
  part: { key: 4, of: uint(), what: 'of those rows, from 0: so many that they need several records' },
});

export const authorisedDetail = map({
  handle: { key: 1, of: bytes32, what: 'names the operation at Execute' },
  ticketId: { key: 2, of: text(128), what: '`jti` of the ticket' },
  ticketExpires: { key: 3, of: time, what: 'end of the ticket' },
  clientKeyThumbprint: { key: 4, of: bytes32, what: 'of the presenter; zeros for bearer' },
  hashAlgorithm: { key: 5, of: oid, what: 'field 14' },
  signatureAlgorithm: { key: 6, of: oid, what: 'field 15' },
  signatureParameters: { key: 7, of: nullable(bytesUpTo(256, 1)), what: 'field 16' },
  dtbsrs: { key: 8, of: array(bytesUpTo(64, 32), LIST_MAX), what: 'in the order of the items' },
  expires: { key: 9, of: time, what: 'end of the time for Execute' },
  authenticator: { key: 10, of: bytes32, what: 'row of the passkey' },
  signCount: { key: 11, of: uint(0xffff_ffff), what: 'of its answer' },
  bodyHash: { key: 12, of: bytes32, what: 'SHA-256 of the intent body' },
  assertionHash: { key: 13, of: bytes32, what: 'SHA-256 of the answer' },
});
export type AuthorisedDetail = ValueOf<typeof authorisedDetail>;

/** Names of the documents, encrypted in the record. */
export const namesPersonal = map({ names: { key: 1, of: array(shownName, LIST_MAX), what: 'of the documents' } });

const indices = array(uint(LIST_MAX - 1), LIST_MAX);

export const executingDetail = map({
  handle: { key: 1, of: bytes32, what: 'of the operation' },
  call: { key: 2, of: bytes32, what: 'SHA-256 of the ordered list of the call' },
  indices: { key: 3, of: indices, what: 'items of the call, in its order' },
});

export const releasedDetail = executingDetail;

export const releasedPersonal = map({
  names: { key: 1, of: array(shownName, LIST_MAX), what: 'of the documents' },
  signatures: { key: 2, of: array(bytesUpTo(8192, 1), LIST_MAX), what: 'in the order of the call' },
});

/** Of `unused`, `spent` and `indeterminate` once there is a handle. */
export const endedDetail = map({
  handle: { key: 1, of: nullable(bytes32), what: 'of the operation, null where it never had one' },
  indices: { key: 2, of: indices, what: 'items that ended so' },
});

/** Of the events that say what the database held instead of a row. Keys of rows are random, or hashes: they name nobody. */
export const refusedRowDetail = map({
  table: { key: 1, of: oneOf(...TABLE_NAMES), what: 'which table' },
  id: { key: 2, of: bytesUpTo(32, 1), what: 'primary key' },
});

/** Of a `frozen` or `revoked` that officers commanded: what they signed, so that whoever has their public keys can look. */
export const officerStopDetail = map({
  body: { key: 1, of: bytesUpTo(1024, 1), what: 'the command' },
  approvals: { key: 2, of: array(approval, STOP_APPROVALS_MAX), what: 'of officers, over it' },
});

/** Of a `certificate_revoked`. */
export const certificateRevokedDetail = map({
  response: { key: 1, of: ocspResponse, what: 'what the CA says of the certificate' },
  revokedAt: { key: 2, of: time, what: 'since when, by that' },
});

export const suspendedPasskeyDetail = map({ authenticator: { key: 1, of: bytes(32), what: 'row of the passkey' } });
