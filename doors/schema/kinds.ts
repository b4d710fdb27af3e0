// SPDX-License-Identifier: Apache-2.0
import type { CborReader, CborWriter } from '@sigillo/standards/cbor';
import { SchemaError } from './error.ts';
import type { Field, MapSchema, Schema, ValueOf } from './schema.ts';

/** An unsigned integer from 0 to `max`, both included. */
export function uint(max: number = Number.MAX_SAFE_INTEGER): Schema<number> {
  const within = (value: number, path: string): number => {
    if (!Number.isSafeInteger(value) || value < 0 || value > max) throw new SchemaError('schema_range', path);
    return value;
  };
  return { shape: { kind: 'uint', max }, write: (w, value, path) => w.uint(within(value, path)), read: (r, path) => within(r.uint(), path) };
}

/** Exactly `length` bytes. */
export function bytes(length: number): Schema<Uint8Array> {
  return byteString(length, length);
}

/** Between 0 (or `min`) and `max` bytes. */
export function bytesUpTo(max: number, min: number = 0): Schema<Uint8Array> {
  return byteString(min, max);
}

function byteString(min: number, max: number): Schema<Uint8Array> {
  const sized = (value: Uint8Array, path: string): Uint8Array => {
    if (!(value instanceof Uint8Array)) throw new SchemaError('schema_value', path);
    if (value.length < min || value.length > max) throw new SchemaError('schema_length', path);
    return value;
  };
  return { shape: { kind: 'bytes', min, max }, write: (w, value, path) => w.bytes(sized(value, path)), read: (r, path) => sized(r.bytes(max), path) };
}

/** NFC text of at most `max` UTF-8 bytes. */
export function text(max: number): Schema<string> {
  return {
    shape: { kind: 'text', max },
    write(w, value, path) {
      if (typeof value !== 'string') throw new SchemaError('schema_value', path);
      // A UTF-16 unit takes at most three bytes of UTF-8; only texts near the limit are counted exactly.
      if (value.length * 3 > max && new TextEncoder().encode(value).length > max) throw new SchemaError('schema_length', path);
      w.text(value);
    },
    read: (r) => r.text(max),
  };
}

export function boolean(): Schema<boolean> {
  return {
    shape: { kind: 'boolean' },
    write(w, value, path) {
      if (typeof value !== 'boolean') throw new SchemaError('schema_value', path);
      w.boolean(value);
    },
    read: (r) => r.boolean(),
  };
}

/** This one number or text and no other. */
export function exactly<const V extends number | string>(value: V): Schema<V> {
  const same = (other: number | string, path: string): V => {
    if (other !== value) throw new SchemaError('schema_value', path);
    return value;
  };
  return {
    shape: { kind: 'exactly', value },
    write(w, other, path) {
      same(other, path);
      if (typeof value === 'number') w.uint(value);
      else w.text(value);
    },
    read: (r, path) => same(typeof value === 'number' ? r.uint() : r.text(value.length * 3), path),
  };
}

/** One of these texts. */
export function oneOf<const V extends string>(...values: readonly V[]): Schema<V> {
  const known: ReadonlySet<string> = new Set(values);
  const longest = Math.max(...values.map((value) => value.length * 3));
  const listed = (value: string, path: string): V => {
    if (!known.has(value)) throw new SchemaError('schema_value', path);
    return value as V;
  };
  return { shape: { kind: 'one of', values }, write: (w, value, path) => w.text(listed(value, path)), read: (r, path) => listed(r.text(longest), path) };
}

export function nullable<T>(of: Schema<T>): Schema<T | null> {
  return {
    shape: { kind: 'nullable', of: of.shape },
    write(w, value, path) {
      if (value === null) w.null();
      else of.write(w, value, path);
    },
    read: (r, path) => (r.peek() === 'null' ? r.null() : of.read(r, path)),
  };
}

/** At most `max` values of one kind, in order. */
export function array<T>(of: Schema<T>, max: number): Schema<readonly T[]> {
  return {
    shape: { kind: 'array', of: of.shape, max },
    write(w, values, path) {
      if (!Array.isArray(values)) throw new SchemaError('schema_value', path);
      if (values.length > max) throw new SchemaError('schema_length', path);
      w.array(values.length);
      for (let i = 0; i < values.length; i++) of.write(w, values[i] as T, `${path}[${i}]`);
    },
    read(r, path) {
      const count = r.array(max);
      const values: T[] = [];
      for (let i = 0; i < count; i++) values.push(of.read(r, `${path}[${i}]`));
      return values;
    },
  };
}

/** Fields by name, with integer keys on the wire; all are always present (a field without a value is nullable). */
export function map<const F extends Readonly<Record<string, Field<unknown>>>>(fields: F): MapSchema<F> {
  type Value = { readonly [K in keyof F]: ValueOf<F[K]['of']> };
  const rows = Object.entries(fields).map(([name, field]) => ({ name, key: field.key, of: field.of, what: field.what }));
  for (let i = 1; i < rows.length; i++) if (rows[i]!.key <= rows[i - 1]!.key) throw new SchemaError('schema_field_order', rows[i]!.name);
  const names: ReadonlySet<string> = new Set(Object.keys(fields));

  function write(w: CborWriter, value: Value, path: string): void {
    if (typeof value !== 'object' || value === null) throw new SchemaError('schema_value', path);
    for (const name of Object.keys(value)) if (!names.has(name)) throw new SchemaError('schema_unknown_field', `${path}.${name}`);
    w.map(rows.length);
    for (const row of rows) {
      const item = (value as Record<string, unknown>)[row.name];
      if (item === undefined) throw new SchemaError('schema_missing_field', `${path}.${row.name}`);
      w.uint(row.key);
      row.of.write(w, item, `${path}.${row.name}`);
    }
  }

  function read(r: CborReader, path: string): Value {
    const count = r.map(rows.length);
    if (count < rows.length) throw new SchemaError('schema_missing_field', path);
    const value: Record<string, unknown> = {};
    let previous = -1;
    for (const row of rows) {
      previous = r.key(previous);
      if (previous !== row.key) throw new SchemaError(previous > row.key ? 'schema_missing_field' : 'schema_unknown_field', `${path}.${row.name}`);
      value[row.name] = row.of.read(r, `${path}.${row.name}`);
    }
    return value as Value;
  }

  return { fields, shape: { kind: 'map', fields: rows.map(({ key, name, of, what }) => ({ key, name, of: of.shape, what })) }, write, read };
}
