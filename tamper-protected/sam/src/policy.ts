// SPDX-License-Identifier: Apache-2.0
// The key and enrolment policy: one closed object. Its hash, over its deterministic CBOR, stands in every intent and every confirmation.
import { boolean, encode, exactly, map, oneOf, text, uint, type ValueOf } from '@sigillo/doors/schema';
import { LIST_MAX, oid } from '@sigillo/doors/sap';
import { sha256 } from './hash.ts';

export const policySchema = map({
  name: { key: 1, of: text(64), what: 'of the policy' },
  organisation: { key: 2, of: text(256), what: 'O of the subjects' },
  assuranceLevel: { key: 3, of: text(64), what: 'to which identities are verified' },
  claim: { key: 4, of: text(64), what: 'level that the deployment claims' },
  certificatePolicy: { key: 5, of: oid, what: 'of the certificates' },
  certificateDays: { key: 6, of: uint(3660), what: 'validity of the certificates' },
  keyAlgorithm: { key: 7, of: oneOf('P-256', 'P-384', 'RSA-3072', 'RSA-4096'), what: 'of new keys; a digest is signed, so no others yet' },
  approvalsNeeded: { key: 8, of: uint(8), what: 'of privileged users' },
  signaturesMax: { key: 9, of: uint(LIST_MAX), what: 'under one approval' },
  intentSeconds: { key: 10, of: uint(300), what: 'from the intent to the passkey' },
  executeSeconds: { key: 11, of: uint(300), what: 'from the passkey to the signature' },
  approvalHours: { key: 12, of: uint(72), what: 'for officers to approve' },
  secondPasskeyWaitHours: { key: 13, of: uint(720), what: 'before a second passkey counts' },
  backupEligibleAllowed: { key: 14, of: boolean(), what: 'passkeys may be synchronised' },
  hashOnlyAllowed: { key: 15, of: boolean(), what: 'documents that the page has not seen may be signed, where the client may ask so' },
  wholeListInOrder: { key: 16, of: boolean(), what: 'Execute must bring the whole list in order' },
  algorithms: { key: 17, of: oneOf('eu-2026'), what: 'dated list of algorithms' },
  version: { key: 18, of: exactly(1), what: 'version of this object' },
});

/** The object of the file; the version of its encoding is ours. */
export type Policy = Omit<ValueOf<typeof policySchema>, 'version'>;

export interface PolicyInForce extends Policy {
  readonly hash: Uint8Array;
}

/** Throws where a member is missing, unknown, of another type or out of its range. */
export function parsePolicy(value: unknown): PolicyInForce {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.hasOwn(value, 'version'))
    throw new TypeError('the policy is not a closed object');
  const policy = { ...value, version: 1 } as ValueOf<typeof policySchema>;
  const hash = sha256(encode(policySchema, policy));
  if (policy.approvalsNeeded < 2) throw new TypeError('approvalsNeeded is below two');
  if (
    policy.signaturesMax < 1 ||
    policy.intentSeconds < 10 ||
    policy.executeSeconds < 10 ||
    policy.certificateDays < 1 ||
    policy.approvalHours < 1
  )
    throw new TypeError('a limit of the policy is zero or nearly');
  return { ...policy, hash };
}
