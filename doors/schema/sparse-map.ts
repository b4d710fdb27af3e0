// SPDX-License-Identifier: Apache-2.0
// A map in which fields that are marked so stand only where they have a value. There is still one spelling: a field that is null has no
// entry, and an entry with null is refused.
import type { CborReader, CborWriter } from '@sigillo/standards/cbor';
import { SchemaError } from './error.ts';
import type { Field, MapSchema, Schema, ShapeOfField, ValueOf } from './schema.ts';

interface Row extends Field<unknown> {
  readonly name: string;
}

/** Fields by name as in `map`; those marked `sparse` may have no entry. */
export function sparseMap<const F extends Readonly<Record<string, Field<unknown>>>>(fields: F): MapSchema<F> {
  type Value = { readonly [K in keyof F]: ValueOf<F[K]['of']> };
  const rows: readonly Row[] = Object.entries(fields).map(([name, field]) => ({ ...field, name }));
  for (let i = 1; i < rows.length; i++) if (rows[i]!.key <= rows[i - 1]!.key) throw new SchemaError('schema_field_order', rows[i]!.name);
  const names: ReadonlySet<string> = new Set(Object.keys(fields));

  function write(w: CborWriter, value: Value): void {
    if (typeof value !== 'object' || value === null) throw new SchemaError('schema_value', '');
    for (const name in value) if (!names.has(name)) throw new SchemaError('schema_unknown_field', `.${name}`);
    const members = value as Readonly<Record<string, unknown>>;
    const present = rows.filter(({ name, sparse }) => sparse !== true || members[name] !== null);
    w.map(present.length);
    for (const { name, key, of } of present) {
      if (members[name] === undefined) throw new SchemaError('schema_missing_field', `.${name}`);
      w.uint(key);
      placed(name, () => of.write(w, members[name]));
    }
  }

  function read(r: CborReader): Value {
    const entries = entriesOf(r, rows.length);
    const value: Record<string, unknown> = {};
    for (const { name, key, of, sparse } of rows) {
      if (entries.key() === key) value[name] = placed(name, () => entries.read(() => present(r, of, sparse)));
      else if (sparse === true) value[name] = null;
      else throw new SchemaError(entries.key() > key ? 'schema_missing_field' : 'schema_unknown_field', `.${name}`);
    }
    if (entries.key() !== Infinity) throw new SchemaError('schema_unknown_field', '');
    return value as Value;
  }

  const shapes = rows.map(({ key, name, of, what, sparse }): ShapeOfField => ({ key, name, of: of.shape, what, ...(sparse === true ? { sparse } : {}) }));
  return { fields, shape: { kind: 'map', fields: shapes }, write, read };
}

/** The entries of a map, each with its key known before its value is read; after the last, the key is infinite. */
function entriesOf(r: CborReader, countMax: number): { key(): number; read<T>(value: () => T): T } {
  let left = r.map(countMax);
  let key = left === 0 ? Infinity : r.key(-1);
  return {
    key: () => key,
    read(value) {
      const read = value();
      left -= 1;
      key = left === 0 ? Infinity : r.key(key);
      return read;
    },
  };
}

function present(r: CborReader, of: Schema<unknown>, sparse: true | undefined): unknown {
  if (sparse === true && r.atNull()) throw new SchemaError('schema_value', '');
  return of.read(r);
}

function placed<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw cause instanceof SchemaError ? cause.within(`.${name}`) : cause;
  }
}
