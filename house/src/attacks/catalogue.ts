// SPDX-License-Identifier: Apache-2.0
// The attacks that this version must withstand, by their ids. What is missing from a run, or from here, is no small thing: `npm run
// attacks` and a test of the house fail.

/** Ids whose tests must be there. */
export const CATALOGUE: readonly string[] = [
  ...ids('SWP', [1, 2, 3, 5, 6]),
  ...ids('SAP', [...span(1, 27), ...span(29, 31), ...span(35, 40), ...span(42, 48)]),
  ...ids('ROW', [...span(1, 14), 16, 17]),
  ...ids('ENR', [1, 2, 3, 4, 6, 10]),
  ...ids('CMX', [...span(1, 4), 6]),
  ...ids('LOG', [5, 6]),
  ...ids('CLK', [1]),
  ...ids('OAU', [...span(1, 10), ...span(13, 15)]),
  ...ids('IDP', [...span(1, 3), ...span(5, 9)]),
  ...ids('DOS', [...span(1, 6), 8]),
  ...ids('ADM', [1, 2, 4, 5, 9, 10]),
];

/** Numbers that are no gap, each with the reason. */
export const NOT_HERE: Readonly<Record<string, string>> = {
  'SAP-28': 'the catalogue has no such number',
  'SAP-32': 'there is no secret of the signer beside the passkey yet',
  'SAP-33': 'there is no secret of the signer beside the passkey yet',
  'SAP-34': 'there is no secret of the signer beside the passkey yet',
  'SAP-41': 'the catalogue has no such number',
  'ROW-15': 'the catalogue has no such number',
  'IDP-04': 'the IdP knows one way to log in, so no ticket names a lower one',
  'OAU-11': 'the catalogue has no such number',
  'OAU-12': 'the catalogue has no such number',
  'DOS-07': 'there is no PIN that could be stretched',
};

function ids(family: string, numbers: readonly number[]): string[] {
  return numbers.map((number) => `${family}-${family === 'SWP' ? number : String(number).padStart(2, '0')}`);
}

function span(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
