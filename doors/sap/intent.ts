// SPDX-License-Identifier: Apache-2.0
// What the signer's passkey signs when a key is to be used, and what the SAM shows beside it.
import { array, boolean, bytesUpTo, exactly, map, nullable, oneOf, ruled, text, uint, type ValueOf } from '../schema/index.ts';
import { bytes32, certificate, id, item, items, level, LIST_MAX, oid, shownName, time } from './kinds.ts';
import { requireOneForm } from './list-form.ts';

/**
 * The intent, version 1: 23 fields in the order of their keys, and field 24 where the list is too long to stand here. The challenge of the
 * passkey commits to all of them.
 */
const fields = map({
  version: { key: 1, of: exactly(1), what: 'version of this body' },
  operation: { key: 2, of: oneOf('sign'), what: 'also in the domain tag of the challenge' },
  deploymentId: { key: 3, of: id, what: 'this deployment' },
  samId: { key: 4, of: id, what: 'this SAM' },
  operationNumber: { key: 5, of: uint(), what: 'grows, never used again by this SAM' },
  nonce: { key: 6, of: bytes32, what: 'drawn by the SAM' },
  signerId: { key: 7, of: id, what: 'the signer, random and not personal' },
  keyId: { key: 8, of: id, what: 'the signing key' },
  keyVersion: { key: 9, of: uint(), what: 'version of the key record' },
  certificateHash: { key: 10, of: bytes32, what: 'SHA-256 of the signing certificate' },
  authenticatorsHash: { key: 11, of: bytes32, what: 'SHA-256 over the sorted active credential ids' },
  clientId: { key: 12, of: text(255), what: 'the application that asks, as registered' },
  clientKeyThumbprint: { key: 13, of: bytes32, what: 'RFC 7638 thumbprint of its DPoP key; zeros for a bearer client' },
  hashAlgorithm: { key: 14, of: oid, what: 'algorithm of the DTBS/R' },
  signatureAlgorithm: { key: 15, of: oid, what: 'signature algorithm' },
  signatureParameters: { key: 16, of: nullable(bytesUpTo(256, 1)), what: 'DER parameters of the signature algorithm' },
  count: { key: 17, of: uint(LIST_MAX), what: 'number of signatures; equals the number of items' },
  items: { key: 18, of: items, what: 'what is signed, in order; empty where field 24 stands for it' },
  notBefore: { key: 19, of: time, what: 'SAM time of issue' },
  expires: { key: 20, of: time, what: 'SAM time after which no passkey is accepted' },
  policyHash: { key: 21, of: bytes32, what: 'SHA-256 of the policy in force' },
  language: { key: 22, of: text(35), what: 'language of the page (RFC 5646)' },
  soleControlLevel: { key: 23, of: uint(2), what: 'from the key record' },
  itemsRoot: { key: 24, of: nullable(bytes32), what: 'of more than 100 items: root of the RFC 6962 tree over their encodings', sparse: true },
});
export const intentBody: typeof fields = ruled(fields, requireOneForm);
export type IntentBody = ValueOf<typeof intentBody>;

/** What only the SAM knows for certain and the page therefore shows from here. */
export const shown = map({
  clientName: { key: 1, of: shownName, what: 'registered name of the application' },
  firstTime: { key: 2, of: boolean(), what: 'this signer never signed for this application' },
  keyLabel: { key: 3, of: shownName, what: 'label of the key' },
  level: { key: 4, of: level, what: 'level of the key' },
  certificate: { key: 5, of: certificate, what: 'the signing certificate, DER' },
});

/** Statement `intent`: the answer to Prepare. */
export const intentStatement = map({
  body: { key: 1, of: bytesUpTo(262_144, 1), what: 'encoding of the intent body: the challenge is computed over exactly these bytes' },
  shown: { key: 2, of: shown, what: 'what the page shows' },
  pageNonce: { key: 3, of: bytes32, what: 'the nonce that the page sent with this call' },
  items: { key: 4, of: nullable(array(item, LIST_MAX)), what: 'the list, where the body has its root only', sparse: true },
});
export type IntentStatement = ValueOf<typeof intentStatement>;

/** Fields 14 to 17 alone; their SHA-256 stands in the receipt. */
export const algorithms = map({
  hashAlgorithm: { key: 14, of: oid, what: 'as field 14' },
  signatureAlgorithm: { key: 15, of: oid, what: 'as field 15' },
  signatureParameters: { key: 16, of: nullable(bytesUpTo(256, 1)), what: 'as field 16' },
  count: { key: 17, of: uint(LIST_MAX), what: 'as field 17' },
});
