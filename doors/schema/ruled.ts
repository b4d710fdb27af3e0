// SPDX-License-Identifier: Apache-2.0
import type { Field, MapSchema, ValueOf } from './schema.ts';

/** A map with a rule between its fields, which holds for what is written and for what is read. The rule throws a SchemaError. */
export function ruled<const F extends Readonly<Record<string, Field<unknown>>>>(
  schema: MapSchema<F>,
  rule: (value: ValueOf<MapSchema<F>>) => void,
): MapSchema<F> {
  return {
    fields: schema.fields,
    shape: schema.shape,
    write(w, value) {
      schema.write(w, value);
      rule(value);
    },
    read(r) {
      const value = schema.read(r);
      rule(value);
      return value;
    },
  };
}
