// SPDX-License-Identifier: Apache-2.0
// The objects of ISO 32000-2 section 7.3. Text in names is one character for each byte. Nothing is lost that writing back needs.

export interface PdfReal {
  readonly kind: 'real';
  /** As it stood in the file, so that writing it back rounds nothing. */
  readonly text: string;
}
export interface PdfName {
  readonly kind: 'name';
  readonly name: string;
}
export interface PdfString {
  readonly kind: 'string';
  readonly bytes: Uint8Array;
  /** Whether it was spelled in hexadecimal, and its place from the opening to behind the closing bracket. */
  readonly hexadecimal: boolean;
  readonly start: number;
  readonly end: number;
}
export interface PdfReference {
  readonly kind: 'reference';
  readonly number: number;
  readonly generation: number;
}
export interface PdfArray {
  readonly kind: 'array';
  readonly items: readonly PdfObject[];
}
export interface PdfDictionary {
  readonly kind: 'dictionary';
  readonly entries: ReadonlyMap<string, PdfObject>;
}
export interface PdfStream {
  readonly kind: 'stream';
  readonly dictionary: PdfDictionary;
  /** Where the bytes of the stream begin in the file. */
  readonly start: number;
}

/** An integer is a number. */
export type PdfObject = null | boolean | number | PdfReal | PdfName | PdfString | PdfReference | PdfArray | PdfDictionary;

export function isKind<K extends Exclude<PdfObject | PdfStream, null | boolean | number>['kind']>(
  object: PdfObject | PdfStream | undefined,
  kind: K,
): object is Extract<PdfObject | PdfStream, { kind: K }> {
  return typeof object === 'object' && object !== null && object.kind === kind;
}

export function nameOf(object: PdfObject | PdfStream | undefined): string | null {
  return isKind(object, 'name') ? object.name : null;
}

export function dictionaryWith(dictionary: PdfDictionary, changes: Readonly<Record<string, PdfObject>>): PdfDictionary {
  return { kind: 'dictionary', entries: new Map([...dictionary.entries, ...Object.entries(changes)]) };
}

export function arrayWith(array: PdfArray | null, last: PdfObject): PdfArray {
  return { kind: 'array', items: [...(array?.items ?? []), last] };
}

export function name(text: string): PdfName {
  return { kind: 'name', name: text };
}

export function reference(number: number, generation = 0): PdfReference {
  return { kind: 'reference', number, generation };
}

export function dictionary(entries: Readonly<Record<string, PdfObject>>): PdfDictionary {
  return { kind: 'dictionary', entries: new Map(Object.entries(entries)) };
}

export function array(...items: readonly PdfObject[]): PdfArray {
  return { kind: 'array', items };
}

export function string(bytes: Uint8Array): PdfString {
  return { kind: 'string', bytes, hexadecimal: true, start: 0, end: 0 };
}
