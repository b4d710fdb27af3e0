// SPDX-License-Identifier: Apache-2.0
// Becoming a signer (`flow.md` 4): the page compares what the SAM made of the person's entries with the entries, and the confirmation
// with the passkey that it has just made.
import {
  challengePreimage, codePreimage, comparisonCode, type ConfirmationBody, confirmationBody, confirmationStatement, type EnrolmentBody, enrolmentBody,
  enrolmentStatement,
} from '@sigillo/doors/sap';
import { sameBytes } from '@sigillo/standards/bytes';
import { type Name, nameValues, parseName } from '@sigillo/standards/x509';
import { sha256 } from '../crypto/digest.ts';
import type { Pins } from '../pins.ts';
import { CheckError } from './error.ts';
import { openBody, openStatement, requireOurs, type SignedAnswer } from './statement.ts';

/** As the person entered it: a given name and a surname, or a pseudonym. */
export type Person =
  | { readonly country: string; readonly givenName: string; readonly surname: string; readonly pseudonym: null }
  | { readonly country: string; readonly givenName: null; readonly surname: null; readonly pseudonym: string };

export interface CheckedEnrolment {
  readonly body: EnrolmentBody;
  readonly hash: Uint8Array<ArrayBuffer>;
  readonly challenge: Uint8Array<ArrayBuffer>;
}

export interface CheckedConfirmation {
  readonly body: ConfirmationBody;
  readonly challenge: Uint8Array<ArrayBuffer>;
  readonly code: string;
}

export async function checkEnrolment(
  answer: SignedAnswer,
  pins: Pins,
  demand: { readonly person: Person; readonly pageNonce: Uint8Array },
): Promise<CheckedEnrolment> {
  const statement = await openStatement('enrolment', enrolmentStatement, answer, pins, demand.pageNonce);
  const body = openBody(enrolmentBody, statement.body);
  requireOurs(body, pins);
  requireSubject(body.subject, demand.person, pins);
  if (body.expires <= body.notBefore || body.expires - body.notBefore > LIFETIME_SECONDS_MAX) throw new CheckError('enrolment_field_12');
  return { body, hash: await sha256(statement.body), challenge: await sha256(challengePreimage('enrol', statement.body)) };
}

export async function checkConfirmation(
  answer: SignedAnswer,
  pins: Pins,
  demand: {
    readonly enrolmentHash: Uint8Array;
    readonly credentialId: Uint8Array;
    readonly coseKey: Uint8Array;
    readonly pageNonce: Uint8Array;
  },
): Promise<CheckedConfirmation> {
  const statement = await openStatement('confirmation', confirmationStatement, answer, pins, demand.pageNonce);
  const body = openBody(confirmationBody, statement.body);
  if (!sameBytes(body.enrolmentHash, demand.enrolmentHash)) throw new CheckError('confirmation_field_3');
  if (!sameBytes(body.coseKeyHash, await sha256(demand.coseKey))) throw new CheckError('confirmation_field_4');
  if (!sameBytes(body.credentialId, demand.credentialId)) throw new CheckError('confirmation_field_5');
  const challenge = await sha256(challengePreimage('enrol-confirm', statement.body));
  return { body, challenge, code: comparisonCode(await sha256(codePreimage(challenge))) };
}

const LIFETIME_SECONDS_MAX = 15 * 60;

/** What may stand in a subject beside the person's own entries; its common name is made of them and checked as such. */
const ALLOWED: ReadonlySet<string> = new Set([
  'countryName',
  'givenName',
  'surname',
  'pseudonym',
  'commonName',
  'serialNumber',
  'organizationName',
]);

/** Field 8 must name this person and nobody else. */
function requireSubject(encoded: Uint8Array, person: Person, pins: Pins): void {
  const subject = subjectOf(encoded);
  const known = subject.rdns.flat().every((attribute) => attribute.type !== null && ALLOWED.has(attribute.type));
  const fits =
    known &&
    only(subject, 'countryName', person.country) &&
    only(subject, 'givenName', person.givenName) &&
    only(subject, 'surname', person.surname) &&
    only(subject, 'pseudonym', person.pseudonym) &&
    commonNameFits(nameValues(subject, 'commonName'), person) &&
    nameValues(subject, 'organizationName').every((value) => value === pins.organisation);
  if (!fits) throw new CheckError('enrolment_field_8');
}

function subjectOf(encoded: Uint8Array): Name {
  try {
    return parseName(encoded);
  } catch (cause) {
    throw new CheckError('enrolment_field_8', cause);
  }
}

/** Exactly this value, or none where the person gave none. */
function only(subject: Name, type: Parameters<typeof nameValues>[1], value: string | null): boolean {
  const values = nameValues(subject, type);
  return value === null ? values.length === 0 : values.length === 1 && values[0] === value;
}

/** EN 319 412-2 section 4.2.4: the name as it is commonly shown. It may order and separate the parts; it may not add to them. */
function commonNameFits(values: readonly string[], person: Person): boolean {
  if (values.length !== 1) return false;
  if (person.pseudonym !== null) return values[0] === person.pseudonym;
  const { givenName, surname } = person;
  return [`${givenName} ${surname}`, `${surname} ${givenName}`, `${surname}${givenName}`, `${surname}, ${givenName}`].includes(values[0]!);
}
