// SPDX-License-Identifier: Apache-2.0
// What a person enters to sign up, made ready for a certificate.
import { utf8 } from '@sigillo/standards/bytes';
import type { Person } from '../checks/enrolment.ts';
import { visible } from '../text/visible.ts';

export interface PersonEntries {
  readonly country: string;
  readonly kind: 'name' | 'pseudonym';
  readonly givenName: string;
  readonly surname: string;
  readonly pseudonym: string;
}

export type EntryName = 'givenName' | 'surname' | 'pseudonym';
export type EntryFault = 'required' | 'tooLong' | 'characters';

/** RFC 5280 appendix A.1: 64 characters for the common name, which is made of the others. */
const COMMON_NAME_CHARACTERS_MAX = 64;
const BYTES_MAX: Readonly<Record<EntryName, number>> = { givenName: 192, surname: 120, pseudonym: 192 };

export type PersonResult = { readonly person: Person } | { readonly faults: Partial<Record<EntryName, EntryFault>> };

export function readPerson(entries: PersonEntries): PersonResult {
  const { country, kind } = entries;
  const names: readonly EntryName[] = kind === 'name' ? ['givenName', 'surname'] : ['pseudonym'];
  const values = new Map(names.map((name) => [name, tidy(entries[name])]));
  const faults: Partial<Record<EntryName, EntryFault>> = {};
  for (const [name, value] of values) {
    const fault = faultOf(value, BYTES_MAX[name]);
    if (fault !== null) faults[name] = fault;
  }
  const characters = [...values.values()].reduce((sum, value) => sum + Array.from(value).length + 1, -1);
  if (characters > COMMON_NAME_CHARACTERS_MAX) faults[names.at(-1)!] ??= 'tooLong';
  if (Object.keys(faults).length > 0) return { faults };
  if (kind === 'pseudonym') return { person: { country, givenName: null, surname: null, pseudonym: values.get('pseudonym')! } };
  return { person: { country, givenName: values.get('givenName')!, surname: values.get('surname')!, pseudonym: null } };
}

/** NFC; space at the ends and in rows says nothing. */
function tidy(value: string): string {
  return value.normalize('NFC').trim().replace(/\s+/gu, ' ');
}

function faultOf(value: string, bytesMax: number): EntryFault | null {
  if (value === '') return 'required';
  if (visible(value) !== value) return 'characters';
  return utf8(value).length > bytesMax ? 'tooLong' : null;
}
