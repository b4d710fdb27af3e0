// SPDX-License-Identifier: Apache-2.0
import { en, type Catalogue } from './en.ts';
import { ja } from './ja.ts';

export type Language = 'en' | 'ja';
export const LANGUAGES: readonly Language[] = ['en', 'ja'];
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', ja: '日本語' };
export const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, ja };

/** The one that was chosen here before, else the first of the browser's that we have, else English. */
export function chooseLanguage(kept: unknown, preferred: readonly string[]): Language {
  const known = LANGUAGES.find((language) => language === kept);
  if (known !== undefined) return known;
  for (const tag of preferred) {
    const match = LANGUAGES.find((language) => tag.toLowerCase() === language || tag.toLowerCase().startsWith(`${language}-`));
    if (match !== undefined) return match;
  }
  return 'en';
}
