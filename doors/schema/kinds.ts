// SPDX-License-Identifier: Apache-2.0
import type { CborReader, CborWriter } from '@sigillo/standards/cbor';
import { SchemaError } from './error.ts';
import type { Field, MapSchema, Schema, ValueOf } from './schema.ts';

/** An unsigned integer from 0 to `max`, both included. */
export function uint(max: number = Number.MAX_SAFE_INTEGER): Schema<number> {
  const within = (value: number): number => {
    if (!Number.isSafeInteger(value) || value < 0 || value > max) throw new SchemaError('schema_range', '');
    return value;
  };
  return { shape: { kind: 'uint', max }, write: (w, value) => w.uint(within(value)), read: (r) => within(r.uint()) };
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
  const sized = (value: Uint8Array): Uint8Array => {
    if (!(value instanceof Uint8Array)) throw new SchemaError('schema_value', '');
    if (value.length < min || value.length > max) throw new SchemaError('schema_length', '');
    return value;
  };
  return { shape: { kind: 'bytes', min, max }, write: (w, value) => w.bytes(sized(value)), read: (r) => sized(r.bytes(max)) };
}

/** NFC text of at most `max` UTF-8 bytes. */
export function text(max: number): Schema<string> {
  return {
    shape: { kind: 'text', max },
    write(w, value) {
      if (typeof value !== 'string') throw new SchemaError('schema_value', '');
      // A UTF-16 unit takes at most three bytes of UTF-8; only texts near the limit are counted exactly.
      if (value.length * 3 > max && utf8Length(value) > max) throw new SchemaError('schema_length', '');
      w.text(value);
    },
    read: (r) => r.text(max),
  };
}

/** Bytes of well-formed text in UTF-8; a surrogate counts as half of the four bytes of its pair. */
function utf8Length(value: string): number {
  let length = value.length;
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    if (unit > 0x7f) length += unit > 0x7ff && (unit & 0xf800) !== 0xd800 ? 2 : 1;
  }
  return length;
}

export function boolean(): Schema<boolean> {
  return {
    shape: { kind: 'boolean' },
    write(w, value) {
      if (typeof value !== 'boolean') throw new SchemaError('schema_value', '');
      w.boolean(value);
    },
    read: (r) => r.boolean(),
  };
}

/** This one number or text and no other. */
export function exactly<const V extends number | string>(value: V): Schema<V> {
  const same = (other: number | string): V => {
    if (other !== value) throw new SchemaError('schema_value', '');
    return value;
  };
  return {
    shape: { kind: 'exactly', value },
    write(w, other) {
      same(other);
      if (typeof value === 'number') w.uint(value);
      else w.text(value);
    },
    read: (r) => same(typeof value === 'number' ? r.uint() : r.text(value.length * 3)),
  };
}

/** One of these texts. */
export function oneOf<const V extends string>(...values: readonly V[]): Schema<V> {
  const known: ReadonlySet<string> = new Set(values);
  const longest = Math.max(...values.map((value) => value.length * 3));
  const listed = (value: string): V => {
    if (!known.has(value)) throw new SchemaError('schema_value', '');
    return value as V;
  };
  return { shape: { kind: 'one of', values }, write: (w, value) => w.text(listed(value)), read: (r) => listed(r.text(longest)) };
}

export function nullable<T>(of: Schema<T>): Schema<T | null> {
  return {
    shape: { kind: 'nullable', of: of.shape },
    write(w, value) {
      if (value === null) w.null();
      else of.write(w, value);
    },
    read: (r) => (r.atNull() ? r.null() : of.read(r)),
  };
}

/** At most `max` values of one kind, in order. */
export function array<T>(of: Schema<T>, max: number): Schema<readonly T[]> {
  return {
    shape: { kind: 'array', of: of.shape, max },
    write(w, values) {
      if (!Array.isArray(values)) throw new SchemaError('schema_value', '');
      if (values.length > max) throw new SchemaError('schema_length', '');
      w.array(values.length);
      let at = 0;
      try {
        for (; at < values.length; at++) of.write(w, values[at] as T);
      } catch (cause) {
        throw placed(cause, `[${at}]`);
      }
    },
    read(r) {
      const count = r.array(max);
      const values: T[] = [];
      try {
        while (values.length < count) values.push(of.read(r));
      } catch (cause) {
        throw placed(cause, `[${values.length}]`);
      }
      return values;
    },
  };
}

/** Paths are put together only when something is wrong. */
function placed(cause: unknown, place: string): unknown {
  return cause instanceof SchemaError ? cause.within(place) : cause;
}

/** Fields by name, with integer keys on the wire; all are always present (a field without a value is nullable). */
export function map<const F extends Readonly<Record<string, Field<unknown>>>>(fields: F): MapSchema<F> {
  type Value = { readonly [K in keyof F]: ValueOf<F[K]['of']> };
  const rows = Object.entries(fields).map(([name, field]) => ({ name, key: field.key, of: field.of, what: field.what }));
  for (let i = 1; i < rows.length; i++) if (rows[i]!.key <= rows[i - 1]!.key) throw new SchemaError('schema_field_order', rows[i]!.name);
  const names: ReadonlySet<string> = new Set(Object.keys(fields));

  function write(w: CborWriter, value: Value): void {
    if (typeof value !== 'object' || value === null) throw new SchemaError('schema_value', '');
    for (const name in value) if (!names.has(name)) throw new SchemaError('schema_unknown_field', `.${name}`);
    w.map(rows.length);
    let at = 0;
    try {
      for (; at < rows.length; at++) {
        const row = rows[at]!;
        const item = (value as Record<string, unknown>)[row.name];
        if (item === undefined) throw new SchemaError('schema_missing_field', '');
        w.uint(row.key);
        row.of.write(w, item);
      }
    } catch (cause) {
      throw placed(cause, `.${rows[at]!.name}`);
    }
  }

  function read(r: CborReader): Value {
    const count = r.map(rows.length);
    if (count < rows.length) throw new SchemaError('schema_missing_field', '');
    const value: Record<string, unknown> = {};
    let previous = -1;
    let at = 0;
    try {
      for (; at < rows.length; at++) {
        const row = rows[at]!;
        previous = r.key(previous);
        if (previous !== row.key) throw new SchemaError(previous > row.key ? 'schema_missing_field' : 'schema_unknown_field', '');
        value[row.name] = row.of.read(r);
      }
    } catch (cause) {
      throw placed(cause, `.${rows[at]!.name}`);
    }
    return value as Value;
  }

  return { fields, shape: { kind: 'map', fields: rows.map(({ key, name, of, what }) => ({ key, name, of: of.shape, what })) }, write, read };
}
