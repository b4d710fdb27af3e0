// SPDX-License-Identifier: Apache-2.0
import type { Person } from './index.ts';

const SURNAME_FIRST = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** How a person is called: the surname first where the script says that it is written so. Certificate and page say the same. */
export function fullName({ givenName, surname, pseudonym }: Person): string {
  if (pseudonym !== null || givenName === null || surname === null) return pseudonym ?? '';
  return SURNAME_FIRST.test(surname) ? `${surname} ${givenName}` : `${givenName} ${surname}`;
}
