// SPDX-License-Identifier: Apache-2.0
import type { CborReader, CborWriter } from '@sigillo/standards/cbor';

/** What documentation and sweeps see of a schema. */
export type Shape =
  | { readonly kind: 'uint'; readonly max: number }
  | { readonly kind: 'bytes'; readonly min: number; readonly max: number }
  | { readonly kind: 'text'; readonly max: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'exactly'; readonly value: number | string }
  | { readonly kind: 'one of'; readonly values: readonly string[] }
  | { readonly kind: 'nullable'; readonly of: Shape }
  | { readonly kind: 'array'; readonly of: Shape; readonly max: number }
  | { readonly kind: 'map'; readonly fields: readonly ShapeOfField[] };

export interface ShapeOfField {
  readonly key: number;
  readonly name: string;
  readonly of: Shape;
  readonly what: string;
  /** Null is written as no entry at all. */
  readonly sparse?: true;
}

/** A closed description of values of type T: how they are written, how they are read, what they look like. */
export interface Schema<T> {
  readonly shape: Shape;
  /** What is wrong is thrown as a SchemaError; whoever holds the value names the place on the way out. */
  write(writer: CborWriter, value: T): void;
  read(reader: CborReader): T;
}

/** One field of a map: its integer key on the wire, what it holds, and what that means. */
export interface Field<T> {
  readonly key: number;
  readonly of: Schema<T>;
  readonly what: string;
  /** Of a nullable field: null is written as no entry at all, and in no other way. */
  readonly sparse?: true;
}

export type ValueOf<S> = S extends Schema<infer T> ? T : never;

export interface MapSchema<F extends Readonly<Record<string, Field<unknown>>>> extends Schema<{ readonly [K in keyof F]: ValueOf<F[K]['of']> }> {
  readonly fields: F;
}
