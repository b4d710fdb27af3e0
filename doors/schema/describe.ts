// SPDX-License-Identifier: Apache-2.0
import type { Schema, Shape } from './schema.ts';

/** The fields of a map as the lines of a Markdown table: key, name, kind, meaning. Documentation is made of these. */
export function describe(schema: Schema<unknown>): string {
  const { shape } = schema;
  if (shape.kind !== 'map') return kindOf(shape);
  const rows = shape.fields.map((field) => `| ${field.key} | \`${field.name}\` | ${kindOf(field.of)}${field.sparse === true ? ' (no entry)' : ''} | ${field.what} |`);
  return ['| # | field | kind | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function kindOf(shape: Shape): string {
  switch (shape.kind) {
    case 'uint':
      return shape.max === Number.MAX_SAFE_INTEGER ? 'uint' : `uint ≤ ${shape.max}`;
    case 'bytes':
      return shape.min === shape.max ? `${shape.max} bytes` : `${shape.min} to ${shape.max} bytes`;
    case 'text':
      return `text ≤ ${shape.max} bytes`;
    case 'boolean':
      return 'boolean';
    case 'exactly':
      return JSON.stringify(shape.value);
    case 'one of':
      return shape.values.map((value) => JSON.stringify(value)).join(' or ');
    case 'nullable':
      return `${kindOf(shape.of)}, or null`;
    case 'array':
      return `array of ≤ ${shape.max}: ${kindOf(shape.of)}`;
    case 'map':
      return `map {${shape.fields.map((field) => `${field.key} ${field.name}`).join(', ')}}`;
  }
}
