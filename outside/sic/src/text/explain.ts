// SPDX-License-Identifier: Apache-2.0
// From whatever went wrong to words of the catalogue and a code for the technical details.
import { CheckError } from '../checks/error.ts';
import { DoorError } from '../doors/door-error.ts';
import { PasskeyError } from '../passkey/passkey.ts';
import { LoggedOutError } from '../session/session.ts';
import type { Catalogue, Words } from './en.ts';

export interface Problem {
  readonly code: string;
  readonly requestId: string | null;
  readonly words: Words;
}

export type ProblemKey = keyof Catalogue['problems'];

export function problemOf(error: unknown, text: Catalogue): Problem {
  if (error instanceof CheckError) return { code: error.code, requestId: null, words: text.problems.check_failed };
  if (error instanceof PasskeyError) return { code: error.code, requestId: null, words: text.passkey[error.code] };
  if (error instanceof LoggedOutError) return { code: 'logged_out', requestId: null, words: text.problems.logged_out };
  if (error instanceof DoorError) return { code: error.code, requestId: error.requestId, words: wordsOfDoor(error, text) };
  if (error instanceof DOMException) return { code: 'storage', requestId: null, words: text.problems.storage };
  return { code: 'internal', requestId: null, words: text.problems.internal };
}

export function problemOfCode(code: string, text: Catalogue): Problem {
  return { code, requestId: null, words: text.problems[keyOfCode(code) ?? 'internal'] };
}

function wordsOfDoor(error: DoorError, text: Catalogue): Words {
  if (error.kind === 'unreached') return text.problems.not_reached;
  return text.problems[keyOfCode(error.code) ?? keyOfStatus(error.status)];
}

/** The words for a code of any service, or null where none fits. */
export function keyOfCode(code: string): ProblemKey | null {
  const own = OWN[code];
  if (own !== undefined) return own;
  return FAMILIES.find(([pattern]) => pattern.test(code))?.[1] ?? null;
}

function keyOfStatus(status: number): ProblemKey {
  if (status === 404) return 'not_found';
  if (status === 429) return 'too_fast';
  if (status >= 500) return 'later';
  return 'page_fault';
}

/** Codes of the SAM, the IdP, the SCA and this page that need words of their own. */
const OWN: Readonly<Record<string, ProblemKey | undefined>> = {
  // The SAM, by the table of its refusals.
  op_unknown: 'expired',
  op_expired: 'expired',
  intent_changed: 'request_changed',
  challenge_changed: 'request_changed',
  record_changed: 'request_changed',
  policy_changed: 'request_changed',
  sad_credential: 'wrong_passkey',
  sad_user_handle: 'wrong_passkey',
  sad_bad_signature: 'wrong_passkey',
  sad_credential_status: 'passkey_not_usable',
  sad_sign_count: 'passkey_not_usable',
  sad_backup: 'passkey_not_usable',
  ticket_expired: 'expired',
  ticket_approved: 'answered_elsewhere',
  operations_full: 'later',
  enrolments_full: 'later',
  signer_operations: 'too_many',
  list_too_long: 'too_many',
  document_unseen: 'not_allowed',
  unknown_client: 'not_allowed',
  client_binding: 'not_allowed',
  client_status: 'not_allowed',
  algorithm_not_allowed: 'not_allowed',
  unknown_key: 'not_found',
  unknown_signer: 'not_found',
  signer_status: 'key_not_usable',
  key_status: 'key_not_usable',
  key_not_active: 'key_not_usable',
  key_frozen: 'key_not_usable',
  certificate_status: 'key_not_usable',
  person_invalid: 'person_invalid',
  unknown_enrolment: 'expired',
  enrolment_expired: 'expired',
  enrolment_state: 'answered_elsewhere',
  confirmation_refused: 'try_again',
  op_indeterminate: 'indeterminate',
  op_spent: 'expired',
  signature_wrong: 'indeterminate',
  // Both the IdP (a login) and the SAM (a passkey) say this.
  login_unknown: 'login_unknown',
  // The IdP.
  code_unknown: 'login_link',
  interaction_unknown: 'login_link',
  interaction_wrong_step: 'answered_elsewhere',
  approval_ended: 'answered_elsewhere',
  request_unknown: 'not_found',
  access_denied: 'login_refused',
  login_required: 'login_refused',
  invalid_request: 'login_refused',
  invalid_grant: 'logged_out',
  token_missing: 'logged_out',
  token_refused: 'logged_out',
  proof_refused: 'logged_out',
  assertion_refused: 'wrong_passkey',
  // This page.
  other_signer: 'other_signer',
  no_request: 'no_request',
  login_not_started_here: 'login_link',
  login_other_issuer: 'login_refused',
  login_without_code: 'login_refused',
  unused: 'expired',
  restart: 'interrupted',
  declined: 'not_signed',
  indeterminate: 'indeterminate',
  // The SSA and the services' own troubles.
  ticket_of_another_signer: 'other_signer',
  invalid_token: 'logged_out',
  expired_token: 'logged_out',
  invalid_dpop_proof: 'logged_out',
  service_unavailable: 'later',
  temporarily_unavailable: 'later',
  outcome_unknown: 'later',
  // The SCA.
  request_expired: 'expired',
  document_incomplete: 'try_again',
  document_state: 'answered_elsewhere',
  documents_too_many: 'too_many',
  documents_full: 'later',
  credential_unknown: 'not_found',
  credential_not_usable: 'key_not_usable',
  signing_refused: 'not_signed',
  // The key may have signed, or did; there is no finished file.
  signing_unavailable: 'indeterminate',
  time_stamp_unavailable: 'indeterminate',
  time_stamp_wrong: 'indeterminate',
  self_check_failed: 'indeterminate',
  document_unknown: 'document_gone',
  document_not_found: 'document_gone',
  document_too_large: 'pdf_too_large',
  body_too_large: 'pdf_too_large',
  media_type_not_supported: 'pdf_not_a_pdf',
  signing_failed: 'not_signed',
  rate_limited: 'too_fast',
};

/** PDF codes come as `pdf_…` from the library or as `document_…` from the SCA. The first that fits counts. */
const FAMILIES: readonly (readonly [RegExp, ProblemKey])[] = [
  [/^(?:pdf|document)_(?:encrypted|usage_rights)$/, 'pdf_protected'],
  [/^(?:pdf|document)_not_a_pdf$/, 'pdf_not_a_pdf'],
  [/^(?:pdf|document)_(?:too_large|too_many_pages)$/, 'pdf_too_large'],
  [/^(?:pdf|document)_(?:certified|fields_locked)/, 'pdf_no_signing'],
  [/^(?:pdf|document)_xfa_form$/, 'pdf_dynamic_form'],
  [/^pdf_|^document_(?:broken|damaged|cross_references|too_many|too_deep|object|compression)/, 'pdf_broken'],
  [/^(?:sad|challenge|activation)_/, 'try_again'],
  [/^passkey_/, 'passkey_not_usable'],
  [/^(?:row|crypto_module|journal|database|subject_key)_|^(?:sealed|busy|clock_jump)$/, 'later'],
  [/^(?:ticket|digest|list|documents|language|handle|presenter|key|algorithm|state|hash)_/, 'request_changed'],
  [/^(?:unknown_officer|officer|officers|command|order|certificate)_?/, 'not_allowed'],
];

/** Why an entry of the record is there, in words where there are some. */
export function reasonOf(code: string, text: Catalogue): string {
  const reasons: Readonly<Record<string, string>> = text.keys.reasons;
  return Object.hasOwn(reasons, code) ? reasons[code]! : code;
}

/** The code alone, for those who drive the page. */
export function codeOf(error: unknown): string {
  if (error instanceof LoggedOutError) return 'logged_out';
  if (error instanceof CheckError || error instanceof PasskeyError || error instanceof DoorError) return error.code;
  return error instanceof DOMException ? 'storage' : 'internal';
}
