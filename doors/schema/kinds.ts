// SPDX-License-Identifier: Apache-2.0
import type { CborReader, CborWriter } from '@sigillo/standards/cbor';
import { SchemaError } from './error.ts';
import type { Field, MapSchema, Schema, ShapeOfField, ValueOf } from './schema.ts';

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

interface Row {
  readonly name: string;
  readonly key: number;
  readonly of: Schema<unknown>;
  readonly what: string;
  readonly sparse: boolean;
}

/** After the last entry of a map there is no key. */
const NO_KEY = Infinity;

/**
 * Fields by name, with integer keys on the wire; all are always present (a field without a value is nullable), but for those marked `sparse`, which
 * have an entry only where they are not null: there is one spelling either way.
 */
export function map<const F extends Readonly<Record<string, Field<unknown>>>>(fields: F): MapSchema<F> {
  type Value = { readonly [K in keyof F]: ValueOf<F[K]['of']> };
  const rows: readonly Row[] = Object.entries(fields).map(([name, { key, of, what, sparse = false }]) => ({ name, key, of, what, sparse }));
  for (let i = 1; i < rows.length; i++) if (rows[i]!.key <= rows[i - 1]!.key) throw new SchemaError('schema_field_order', rows[i]!.name);
  const names: ReadonlySet<string> = new Set(Object.keys(fields));
  const sparse = rows.filter((row) => row.sparse);

  function write(w: CborWriter, value: Value): void {
    if (typeof value !== 'object' || value === null) throw new SchemaError('schema_value', '');
    for (const name in value) if (!names.has(name)) throw new SchemaError('schema_unknown_field', `.${name}`);
    const members = value as Readonly<Record<string, unknown>>;
    let entries = rows.length;
    for (const { name } of sparse) if (members[name] === null) entries -= 1;
    w.map(entries);
    let at = 0;
    try {
      for (; at < rows.length; at++) {
        const row = rows[at]!;
        const item = members[row.name];
        if (item === undefined) throw new SchemaError('schema_missing_field', '');
        if (row.sparse && item === null) continue;
        w.uint(row.key);
        row.of.write(w, item);
      }
    } catch (cause) {
      throw placed(cause, `.${rows[at]!.name}`);
    }
  }

  function read(r: CborReader): Value {
    let left = r.map(rows.length);
    if (left < rows.length - sparse.length) throw new SchemaError('schema_missing_field', '');
    const value: Record<string, unknown> = {};
    let key = left === 0 ? NO_KEY : r.key(-1);
    let at = 0;
    try {
      for (; at < rows.length; at++) {
        const row = rows[at]!;
        if (key === row.key) {
          if (row.sparse && r.atNull()) throw new SchemaError('schema_value', '');
          value[row.name] = row.of.read(r);
          left -= 1;
          key = left === 0 ? NO_KEY : r.key(key);
        } else if (row.sparse) value[row.name] = null;
        else throw new SchemaError(key > row.key ? 'schema_missing_field' : 'schema_unknown_field', '');
      }
    } catch (cause) {
      throw placed(cause, `.${rows[at]!.name}`);
    }
    if (key !== NO_KEY) throw new SchemaError('schema_unknown_field', '');
    return value as Value;
  }

  const shapes = rows.map(({ key, name, of, what, sparse }): ShapeOfField => ({ key, name, of: of.shape, what, ...(sparse ? { sparse } : {}) }));
  return { fields, shape: { kind: 'map', fields: shapes }, write, read };
}
