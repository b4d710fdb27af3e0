// SPDX-License-Identifier: Apache-2.0
// The parameters of a CSC method, as one table: it reads a body and it documents it. Clients in the field write v1 names, snake_case and
// nulls; all of these mean the same, and two spellings of one parameter must agree (`docs` of the CSC door say which are taken).
import { invalidRequest, MALFORMED, missing } from './problem.ts';

type Kind = 'string' | 'boolean' | 'texts';
type ValueOfKind<K extends Kind> = K extends 'string' ? string : K extends 'boolean' ? boolean : readonly string[];

export interface CscField<K extends Kind = Kind> {
  readonly kind: K;
  readonly what: string;
  readonly aliases?: readonly string[];
  readonly charactersMax?: number;
}

export type CscFields = Readonly<Record<string, CscField>>;
export type CscValues<F extends CscFields> = { readonly [N in keyof F]: ValueOfKind<F[N]['kind']> | undefined };

/** Reads the known parameters; unknown ones are ignored. Null, absent and the empty text are the same. */
export function readFields<const F extends CscFields>(fields: F, body: unknown): CscValues<F> {
  const given = bodyObject(body);
  const values: Record<string, unknown> = {};
  for (const name in fields) values[name] = readField(given, name, fields[name]!);
  return values as CscValues<F>;
}

function bodyObject(body: unknown): Readonly<Record<string, unknown>> {
  if (body === undefined || body === null) return {};
  if (typeof body !== 'object' || Array.isArray(body)) throw invalidRequest(MALFORMED);
  return body as Readonly<Record<string, unknown>>;
}

function readField(given: Readonly<Record<string, unknown>>, name: string, field: CscField): unknown {
  const own = present(given, name);
  let found = own === undefined ? undefined : readValue(own, name, field);
  for (const spelling of field.aliases ?? []) {
    const value = present(given, spelling);
    if (value === undefined) continue;
    const read = readValue(value, name, field);
    if (found !== undefined && JSON.stringify(found) !== JSON.stringify(read)) throw invalidRequest(`Contradicting values for parameter ${name}`);
    found = read;
  }
  return found;
}

function present(given: Readonly<Record<string, unknown>>, spelling: string): unknown {
  const value = Object.hasOwn(given, spelling) ? given[spelling] : undefined;
  return value === null || value === '' ? undefined : value;
}

function readValue(value: unknown, name: string, field: CscField): unknown {
  switch (field.kind) {
    case 'string':
      if (typeof value !== 'string') throw missing('string', name);
      if (value.length > (field.charactersMax ?? 255)) throw invalidRequest(`Invalid parameter ${name}`);
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw missing('boolean', name);
      return value;
    case 'texts':
      return readTexts(value, name);
  }
}

/** A list; some clients write one text for a list of one, or several joined by a comma or semicolon, which base64 never contains. */
function readTexts(value: unknown, name: string): readonly string[] {
  if (typeof value === 'string') return value.split(/[,;]/);
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw missing('array', name);
  return value;
}

/** The JSON schema of a table, for the OpenAPI document. */
export function fieldsSchema(fields: CscFields, required: readonly string[]): object {
  const properties = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const aliases = field.aliases === undefined ? '' : ` (also: ${field.aliases.join(', ')})`;
      const type = field.kind === 'texts' ? { type: 'array', items: { type: 'string' } } : { type: field.kind };
      return [name, { ...type, description: `${field.what}${aliases}` }];
    }),
  );
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) };
}
