// SPDX-License-Identifier: Apache-2.0
// What a tracked file must say, and must not.
import { codeOf, isProgram, type SourceFile } from './source.ts';

const LICENCE = 'SPDX-License-Identifier: Apache-2.0';
const LICENCE_COMMENTS: readonly (readonly [files: RegExp, opening: string])[] = [
  [/\.(ts|tsx|mjs|js)$/, '// '],
  [/\.sql$/, '-- '],
  [/\.css$/, '/* '],
];

/** Words are put together here so that this file does not contain what it looks for. */
const word = (...parts: string[]): string => parts.join('');
const PLACES: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['a path of one machine', new RegExp(word('(?<![\\w.@-])/', '(work|root|home|Users|tmp)/[\\w.-]'))],
  [
    'a registry',
    new RegExp(word('registry\\.npm', 'js|npm\\.pkg\\.', 'github|pypi\\.', 'org|repo1?\\.maven|maven\\.', 'org/maven2|yarnpkg\\.', 'com')),
  ],
  ['work left over', new RegExp(word('\\b(TO', 'DO|FIX', 'ME|XX', 'X)\\b'))],
];
/** One rule may be set aside for one line, with the reason behind `--`; anything wider is refused. */
const SILENCED = new RegExp(word('@ts-', '(ignore|nocheck)|eslint-', 'disable|oxlint-', 'disable(?!-next-line [\\w/-]+ -- \\S)'));

export function badText(file: SourceFile): string[] {
  const faults = PLACES.filter(([, pattern]) => pattern.test(file.text)).map(([name]) => `${file.path} contains ${name}`);
  return [
    ...faults,
    ...missingLicence(file),
    ...(isProgram(file.path) && SILENCED.test(file.text) ? [`${file.path} silences a check`] : []),
  ];
}

function missingLicence({ path, text }: SourceFile): string[] {
  if (path.startsWith('vectors/')) return [];
  const opening = LICENCE_COMMENTS.find(([files]) => files.test(path))?.[1];
  const isScript = text.startsWith('#!');
  if (opening === undefined && !isScript) return [];
  const line = text.split('\n')[isScript ? 1 : 0] ?? '';
  return line.startsWith(`${isScript ? '# ' : opening}${LICENCE}`) ? [] : [`${path} does not begin with the licence`];
}

/** `any` in a type; the compiler's own names (`Promise.any`) are something else. */
export function anyTypes({ path, text }: SourceFile): string[] {
  return /[:<,|&(]\s*any\b(?!\s*\()|\bas\s+any\b/.test(codeOf(text).code) ? [`${path} has a type any`] : [];
}
