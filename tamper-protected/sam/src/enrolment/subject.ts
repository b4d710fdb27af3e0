// SPDX-License-Identifier: Apache-2.0
// The subject of a certificate after ETSI EN 319 412-2 section 4.2.4: country, common name, serial number, and given name with surname or a
// pseudonym.
import { fullName, type Person } from '@sigillo/doors/sam';
import { toHex } from '@sigillo/standards/bytes';
import { encodeName, type NameAttribute } from '@sigillo/standards/x509';
import { refuseAs, SamRefusal } from '../refusals.ts';

const COMMON_NAME_CHARACTERS_MAX = 64;

/** DER Name. The signer id makes it unique: two people of one name have different subjects. */
export function subjectOf(person: Person, organisation: string, signerId: Uint8Array): Uint8Array {
  const { country, givenName, surname, pseudonym } = person;
  if (!/^[A-Z]{2}$/.test(country)) throw new SamRefusal('person_invalid');
  const named = givenName !== null && surname !== null && pseudonym === null;
  const pseudonymous = givenName === null && surname === null && pseudonym !== null;
  if (!named && !pseudonymous) throw new SamRefusal('person_invalid');
  for (const name of [givenName, surname, pseudonym])
    if (name !== null && (name.trim() !== name || name === '')) throw new SamRefusal('person_invalid');
  const names: NameAttribute[] = named
    ? [
        { type: 'givenName', value: givenName },
        { type: 'surname', value: surname },
      ]
    : [{ type: 'pseudonym', value: pseudonym! }];
  return refuseAs('person_invalid', () =>
    encodeName([
      { type: 'countryName', value: country },
      { type: 'organizationName', value: organisation },
      ...names,
      { type: 'serialNumber', value: toHex(signerId) },
      { type: 'commonName', value: shortened(fullName(person)) },
    ]),
  );
}

function shortened(name: string): string {
  return Array.from(name).slice(0, COMMON_NAME_CHARACTERS_MAX).join('').trim();
}
