// SPDX-License-Identifier: Apache-2.0
// A sentence with names and numbers in it. They stay apart from the sentence, so that the screen can set them off and isolate their
// direction of writing; no text is ever read as markup.

export type Rich = readonly (string | { readonly strong: string })[];

export function rich(strings: TemplateStringsArray, ...values: readonly string[]): Rich {
  return strings.flatMap((string, at) => (at < values.length ? [string, { strong: values[at]! }] : [string]));
}

/** The sentence as plain text for a live region: names isolated (Unicode UAX #9, FSI and PDI). */
export function plain(sentence: Rich): string {
  return sentence.map((part) => (typeof part === 'string' ? part : isolated(part.strong))).join('');
}

export function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}
