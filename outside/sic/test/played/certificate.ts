// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { assembleCertificate, buildTbsCertificate, encodeName, keyUsage, type NameAttribute } from '@sigillo/standards/x509';
import { type PlayedKey, signDer } from './key.ts';

export const ORGANISATION = 'Trial, identity not verified';
const ECDSA = { scheme: 'ecdsa', hash: 'sha256' } as const;
const ISSUER = encodeName([
  { type: 'countryName', value: 'EU' },
  { type: 'organizationName', value: ORGANISATION },
  { type: 'commonName', value: 'Played issuing CA' },
]);

export interface PlayedPerson {
  readonly country: string;
  readonly givenName: string | null;
  readonly surname: string | null;
  readonly pseudonym: string | null;
}

export function subjectOf(person: PlayedPerson, organisation: string = ORGANISATION): Uint8Array<ArrayBuffer> {
  const { country, givenName, surname, pseudonym } = person;
  const attributes: NameAttribute[] = [{ type: 'countryName', value: country }, { type: 'organizationName', value: organisation }];
  if (pseudonym === null) attributes.push({ type: 'givenName', value: givenName ?? '' }, { type: 'surname', value: surname ?? '' });
  else attributes.push({ type: 'pseudonym', value: pseudonym });
  attributes.push({ type: 'commonName', value: pseudonym ?? `${givenName ?? ''} ${surname ?? ''}` });
  return encodeName(attributes);
}

export function certify(subject: Uint8Array, spki: Uint8Array, issuer: PlayedKey): Uint8Array<ArrayBuffer> {
  const tbs = buildTbsCertificate({
    serialNumber: new Uint8Array([1, ...randomBytes(8)]),
    signatureAlgorithm: ECDSA,
    issuer: ISSUER,
    notBeforeMs: Date.UTC(2026, 0, 1),
    notAfterMs: Date.UTC(2027, 10, 21),
    subject,
    spki,
    extensions: [keyUsage('contentCommitment')],
  });
  return assembleCertificate(tbs, ECDSA, signDer(issuer, tbs));
}
