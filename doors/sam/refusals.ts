// SPDX-License-Identifier: Apache-2.0
// Every way in which the SAM says no, once: where in the order of checks it stands (`security.md` 3.5), what the journal writes, what a CSC client
// is told, and what the page says. Code, documents and tests of every room come from this table. A code that is not in it is an internal fault: the
// SSA answers 500 and tells nothing.

export interface RefusalRow {
  /** Line of the order of checks at Authorise; 0 elsewhere. */
  readonly line: number;
  /** Event of the journal; null where a stranger could fill the journal with it: the log counts those. */
  readonly event: 'spent' | 'refused' | 'indeterminate' | null;
  readonly csc: 'invalid_request' | 'access_denied' | 'server_error' | 'temporarily_unavailable';
  readonly cscText: string;
  readonly status: 400 | 403 | 404 | 409 | 429 | 503;
  /** What the page says, in plain words; the catalogue of the page translates it by its code. */
  readonly page: string;
}

const NOT_AUTHORIZED = 'Hash is not authorized by the SAD';
const INVALID_SAD = 'Invalid parameter SAD';
const INVALID_CREDENTIAL = 'Invalid parameter credentialID';
const UNAVAILABLE = 'The service is temporarily unavailable';

const again = 'Nothing was signed. Please start again.';
const notYours = 'This request is not for your key.';
const later = 'The service is not available at the moment. Nothing was signed.';

function answer(line: number, page: string = again): RefusalRow {
  return { line, event: 'spent', csc: 'invalid_request', cscText: INVALID_SAD, status: 403, page };
}
function request(page: string, status: RefusalRow['status'] = 400, cscText: string = INVALID_SAD): RefusalRow {
  return { line: 0, event: null, csc: 'invalid_request', cscText, status, page };
}
function execute(cscText: string, status: RefusalRow['status'] = 400): RefusalRow {
  return { line: 0, event: 'refused', csc: 'invalid_request', cscText, status, page: again };
}
function closed(page: string = later): RefusalRow {
  return { line: 0, event: null, csc: 'temporarily_unavailable', cscText: UNAVAILABLE, status: 503, page };
}

export const samRefusals = {
  // The answer of a passkey, in the order of the checks.
  op_unknown: { line: 1, event: null, csc: 'invalid_request', cscText: INVALID_SAD, status: 404, page: 'This request is over. Please start again.' },
  op_expired: { line: 2, event: 'spent', csc: 'invalid_request', cscText: 'SAD expired', status: 403, page: 'The time to approve is over. Please start again.' },
  intent_changed: answer(3),
  challenge_changed: answer(4),
  sad_malformed: answer(5),
  sad_client_data: answer(5),
  sad_type: answer(5),
  sad_challenge: answer(5),
  sad_origin: answer(5, 'The answer came from another page. Nothing was signed.'),
  sad_cross_origin: answer(5, 'The answer came from an embedded page. Nothing was signed.'),
  sad_credential: answer(6, 'This passkey does not belong to this key.'),
  sad_user_handle: answer(6, 'This passkey does not belong to this key.'),
  sad_authenticator_data: answer(7),
  sad_rp_id: answer(7),
  sad_user_presence: answer(7),
  sad_user_verification: answer(7, 'Your device did not check that it is you. Nothing was signed.'),
  sad_backup: answer(7, 'Your passkey is not what it was at sign-up. Nothing was signed.'),
  sad_extensions: answer(7),
  sad_bad_signature: answer(8),
  sad_sign_count: answer(9, 'Your passkey seems to exist twice and was suspended. Nothing was signed.'),
  sad_credential_status: answer(10, 'This passkey is suspended.'),
  signer_status: answer(10, 'This account is suspended.'),
  key_status: answer(10, 'This key is frozen.'),
  certificate_status: answer(10, 'The certificate of this key is not valid now.'),
  client_status: answer(10, 'This application is not registered any more.'),
  record_changed: answer(10),
  policy_changed: answer(11, 'The rules changed meanwhile. Please start again.'),
  sad_sealed: answer(12),
  activation_secret: answer(12),
  operations_full: { ...closed(), line: 13 },

  // Prepare.
  ticket_malformed: request('This request is not valid.'),
  ticket_signature: request('This request is not valid.', 403),
  ticket_issuer: request('This request is not valid.', 403),
  ticket_audience: request('This request is not valid.', 403),
  ticket_expired: request('This request is over. Please ask the application again.', 403, 'SAD expired'),
  ticket_details: request('This request is not valid.'),
  ticket_approved: request('This request was approved already.', 409),
  unknown_client: request('This application is not registered.', 403),
  client_binding: request('This application is not registered that way.', 403),
  unknown_key: request(notYours, 404, INVALID_CREDENTIAL),
  key_not_active: request('This key cannot sign now.', 403, INVALID_CREDENTIAL),
  algorithm_not_allowed: request('This way of signing is not allowed.', 400, 'Invalid parameter signAlgo'),
  digest_length: request('This request is not valid.', 400, 'Invalid digest value length'),
  list_length: request('This request is not valid.'),
  list_too_long: request('This request has too many documents.'),
  documents_mismatch: request('This request is not valid.'),
  document_unseen: request('The document must be shown before it can be signed.', 403),
  language_unknown: request('This language is not known.'),
  signer_operations: request('Too many requests are open. Please decline some.', 429),

  // Execute.
  handle_unknown: { ...execute(INVALID_SAD, 404), event: null },
  handle_expired: execute('SAD expired', 403),
  presenter_mismatch: execute(INVALID_SAD, 404),
  key_mismatch: execute(INVALID_CREDENTIAL),
  algorithm_mismatch: execute('Invalid parameter signAlgo'),
  list_empty: execute('Empty hash array'),
  list_mismatch: execute(NOT_AUTHORIZED),
  op_spent: { ...execute(INVALID_SAD, 403), event: null },
  list_not_whole: execute(NOT_AUTHORIZED),
  key_frozen: { ...execute(INVALID_CREDENTIAL, 403), page: 'This key is frozen. Nothing was signed.' },
  state_changed: execute(INVALID_SAD, 403),
  op_indeterminate: { line: 0, event: 'indeterminate', csc: 'server_error', cscText: 'The outcome of an earlier attempt is not known; it is not tried again, and signing anew may sign twice', status: 409, page: 'The outcome is not known. It will not be tried again.' },
  signature_wrong: { line: 0, event: 'indeterminate', csc: 'server_error', cscText: 'No signature was released', status: 503, page: 'A signature came out wrong. It was not released and your key is frozen.' },
  crypto_module_refused: { line: 0, event: 'indeterminate', csc: 'server_error', cscText: 'No signature was released', status: 503, page: later },
  crypto_module_lost: { line: 0, event: 'indeterminate', csc: 'server_error', cscText: 'No signature was released', status: 503, page: later },
  crypto_module_not_reached: { line: 0, event: 'spent', csc: 'temporarily_unavailable', cscText: UNAVAILABLE, status: 503, page: later },

  // Enrolment.
  person_invalid: request('Please check your name and country.'),
  unknown_enrolment: request('This sign-up is over. Please start again.', 404),
  enrolment_state: request('This sign-up is already further on.', 409),
  enrolment_expired: request('The time for this sign-up is over. Please start again.', 403),
  enrolments_full: request('Too many people are signing up. Please try again later.', 429),
  passkey_malformed: request('This passkey cannot be used.'),
  passkey_challenge: request('This passkey was made for something else.', 403),
  passkey_origin: request('This passkey was made on another page.', 403),
  passkey_flags: request('This passkey cannot check that it is you.', 403),
  passkey_attestation: request('This kind of passkey is not accepted.', 403),
  passkey_algorithm: request('This kind of passkey is not accepted.', 403),
  passkey_backup_eligible: request('A passkey that is copied between devices is not accepted here.', 403),
  passkey_known: request('This passkey is in use already.', 409),
  confirmation_refused: request('The passkey did not confirm. Please start again.', 403),
  unknown_officer: request('This officer is not known.', 403),
  officer_role: request('This officer may not do that.', 403),
  officer_assertion: request('The officer\'s passkey did not confirm.', 403),
  officer_repeated: request('The same person or passkey acted already.', 403),
  officers_needed: request('More officers must sign this.', 403),
  command_malformed: request('This command is not valid.'),
  command_expired: request('The time for this command is over. Please start again.', 403),
  command_changed: request('The key changed meanwhile. Please start again.', 409),
  order_unknown: request('This order is not known.', 404),
  certificate_key: request('The certificate is for another key.', 400),
  certificate_subject: request('The certificate is for another name.', 400),
  certificate_usage: request('The certificate is for another use.', 400),
  certificate_policy: request('The certificate follows another policy.', 400),
  certificate_validity: request('The certificate is valid at other times.', 400),
  certificate_chain: request('The certificate is not of our authority.', 400),
  certificate_not_revoked: request('The authority does not say that the certificate is revoked.', 400),

  // Logging in, keys.
  login_unknown: request('This passkey is not known here.', 404),
  unknown_signer: request('This account is not known.', 404),

  // What the SAM itself lacks.
  row_bad: closed(),
  row_swapped: closed(),
  row_foreign: closed(),
  row_stale: closed(),
  row_missing: closed(),
  row_duplicated: closed(),
  subject_key_missing: closed(),
  database_unavailable: closed(),
  crypto_module_unavailable: closed(),
  journal_full: closed(),
  journal_copy_lag: closed(),
  clock_jump: closed(),
  sealed: closed(),
} as const satisfies Readonly<Record<string, RefusalRow>>;

export type SamRefusalCode = keyof typeof samRefusals;

/** The row of a code, or undefined for a code that nobody outside may see. */
export function samRefusal(code: string): RefusalRow | undefined {
  return Object.hasOwn(samRefusals, code) ? samRefusals[code as SamRefusalCode] : undefined;
}
