// SPDX-License-Identifier: Apache-2.0
import type { Shape } from '@sigillo/doors/schema';
import type { AnyParser } from '@sigillo/standards/test/fuzz';
import { schemas } from '../values.ts';
import { schemaParser } from './schema-parser.ts';

const inner = new Set(schemas.flatMap(([, { shape }]) => within(shape)));

/**
 * Every message of every door in both directions, every body and statement of SAP/1, and the frames. A table that is only ever a field of another is
 * reached through that one.
 */
export const parsers: readonly AnyParser[] = schemas
  .filter(([, { shape }]) => !inner.has(shape))
  .map(([name, schema]) => schemaParser(name, schema));

function within(shape: Shape): Shape[] {
  switch (shape.kind) {
    case 'map':
      return shape.fields.flatMap(({ of }) => [of, ...within(of)]);
    case 'array':
    case 'nullable':
      return [shape.of, ...within(shape.of)];
    case 'uint':
    case 'bytes':
    case 'text':
    case 'boolean':
    case 'exactly':
    case 'one of':
      return [];
  }
}
