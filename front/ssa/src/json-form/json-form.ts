// SPDX-License-Identifier: Apache-2.0
// The JSON in which pages speak, made from the tables of the inner doors: bytes are base64url, everything else is itself. One table thus
// says what a message is on both sides; what this room has no table for (the sealed factors) it carries as bytes.
import type { Shape } from '@sigillo/doors/schema';
import { HttpProblem } from '@sigillo/http';
import { fromBase64url, SpellingError, toBase64url } from '@sigillo/standards/bytes';

interface Shaped {
  readonly shape: Shape;
}

/** The JSON schema of a map without the fields that do not come from outside. */
export function jsonSchema(schema: Shaped, omitted: readonly string[] = []): object {
  return shapeSchema(without(schema.shape, omitted));
}

/** The value of JSON that followed `jsonSchema`. */
export function fromJson(schema: Shaped, json: unknown, omitted: readonly string[] = []): Record<string, unknown> {
  return readShape(without(schema.shape, omitted), json) as Record<string, unknown>;
}

/** The JSON of a value of an answer's schema. */
export function toJson(schema: Shaped, value: unknown): unknown {
  return writeShape(schema.shape, value);
}

function without(shape: Shape, omitted: readonly string[]): Shape {
  return shape.kind === 'map' ? { kind: 'map', fields: shape.fields.filter(({ name }) => !omitted.includes(name)) } : shape;
}

function shapeSchema(shape: Shape): object {
  switch (shape.kind) {
    case 'uint':
      return { type: 'integer', minimum: 0, maximum: shape.max };
    case 'bytes':
      return { type: 'string', pattern: '^[A-Za-z0-9_-]*$', minLength: Math.ceil((shape.min * 4) / 3), maxLength: Math.ceil((shape.max * 4) / 3) };
    case 'text':
      return { type: 'string', maxLength: shape.max };
    case 'boolean':
      return { type: 'boolean' };
    case 'exactly':
      return { enum: [shape.value] };
    case 'one of':
      return { type: 'string', enum: [...shape.values] };
    case 'nullable':
      return { anyOf: [shapeSchema(shape.of), { type: 'null' }] };
    case 'array':
      return { type: 'array', maxItems: shape.max, items: shapeSchema(shape.of) };
    case 'map':
      return {
        type: 'object',
        additionalProperties: false,
        required: shape.fields.map(({ name }) => name),
        properties: Object.fromEntries(shape.fields.map(({ name, of, what }) => [name, { ...shapeSchema(of), description: what }])),
      };
  }
}

function readShape(shape: Shape, json: unknown): unknown {
  switch (shape.kind) {
    case 'bytes':
      return readBytes(json as string);
    case 'nullable':
      return json === null ? null : readShape(shape.of, json);
    case 'array':
      return (json as unknown[]).map((item) => readShape(shape.of, item));
    case 'map':
      return Object.fromEntries(shape.fields.map(({ name, of }) => [name, readShape(of, (json as Record<string, unknown>)[name])]));
    case 'uint':
    case 'text':
    case 'boolean':
    case 'exactly':
    case 'one of':
      return json;
  }
}

function readBytes(text: string): Uint8Array {
  try {
    return fromBase64url(text);
  } catch (cause) {
    if (cause instanceof SpellingError) throw new HttpProblem(400, 'request_malformed', undefined, { cause });
    throw cause;
  }
}

function writeShape(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'bytes':
      return toBase64url(value as Uint8Array);
    case 'nullable':
      return value === null ? null : writeShape(shape.of, value);
    case 'array':
      return (value as unknown[]).map((item) => writeShape(shape.of, item));
    case 'map':
      return Object.fromEntries(shape.fields.map(({ name, of }) => [name, writeShape(of, (value as Record<string, unknown>)[name])]));
    case 'uint':
    case 'text':
    case 'boolean':
    case 'exactly':
    case 'one of':
      return value;
  }
}
