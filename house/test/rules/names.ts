// SPDX-License-Identifier: Apache-2.0
// How files and folders are called.

const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
/** Names that others expect in capitals or with a dot in front. */
const GIVEN = /^(README|ARCHITECTURE|CHANGELOG|CONTRIBUTING|SECURITY|LICENSE)(\.md)?$|^\.[a-z0-9][a-z0-9.-]*$/;
/** Names that say only that somebody did not know where a thing belongs. */
const ATTIC = [
  'util',
  'utils',
  'helper',
  'helpers',
  'shared',
  'common',
  'misc',
  'lib',
  'manager',
  'managers',
  'dto',
  'dtos',
  'old',
  'legacy',
  'temp',
  'attic',
];

/** What is wrong with the names in a path. Other people's vectors keep the names they came with. */
export function badNames(path: string): string[] {
  const parts = path.split('/');
  if (parts[0] === 'vectors') return [];
  return parts.flatMap((name) => [
    ...(KEBAB.test(name) || GIVEN.test(name) ? [] : [`${path}: ${name} is not in kebab case`]),
    ...(ATTIC.includes(name.split('.')[0]!) ? [`${path}: ${name} is an attic`] : []),
  ]);
}
