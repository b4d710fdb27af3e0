// SPDX-License-Identifier: Apache-2.0
// What a signer's page may ask: path, message of the SAM's door, and who may. What comes back is a statement that the SAM signed; this
// room can neither make one nor change one unseen.
import { samDoor, type SamDoor, TICKET_LENGTH_MAX } from '@sigillo/doors/sam';
import { LIST_MAX } from '@sigillo/doors/sap';

export type SignerMessage = Extract<
  keyof SamDoor,
  'enrolBegin' | 'enrolKey' | 'enrolConfirm' | 'enrolOutcome' | 'login' | 'prepare' | 'authorise' | 'outcome' | 'history' | 'freeze'
>;

export interface SignerRow {
  readonly path: string;
  readonly message: SignerMessage;
  /** `anyone`: no token, so the number of requests from one address is limited. `session`: a token of scope `signer`. */
  readonly who: 'anyone' | 'session';
  /** Fields of the message that come from the session, never from the page. */
  readonly fromSession: readonly 'signerId'[];
  /** Of the body, where it may be longer than other doors take. */
  readonly bodyBytesMax?: number;
}

function row(path: string, message: SignerMessage, who: SignerRow['who'], fromSession: readonly 'signerId'[] = []): SignerRow {
  return { path, message, who, fromSession };
}

/** Digest and size of one document in JSON. */
const DOCUMENT_BYTES_MAX = 160;

export const SIGNER_ROUTES: readonly SignerRow[] = [
  row('enrolments/begin', 'enrolBegin', 'anyone'),
  row('enrolments/key', 'enrolKey', 'anyone'),
  row('enrolments/confirm', 'enrolConfirm', 'anyone'),
  row('enrolments/outcome', 'enrolOutcome', 'anyone'),
  row('login', 'login', 'anyone'),
  { ...row('prepare', 'prepare', 'session'), bodyBytesMax: TICKET_LENGTH_MAX + LIST_MAX * DOCUMENT_BYTES_MAX },
  row('authorise', 'authorise', 'session'),
  row('outcome', 'outcome', 'session'),
  row('history', 'history', 'session', ['signerId']),
  row('freeze', 'freeze', 'session', ['signerId']),
];

export const messageOf = (name: SignerMessage): SamDoor[SignerMessage] => samDoor[name];
