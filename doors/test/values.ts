// SPDX-License-Identifier: Apache-2.0
// From the table of a schema: random values that follow it, and the same values as another CBOR library wants them.
import fc from 'fast-check';
import type { Schema, Shape } from '@sigillo/doors/schema';
import * as ca from '@sigillo/doors/ca';
import * as cryptoModule from '@sigillo/doors/crypto-module';
import { frame, type Door } from '@sigillo/doors/door';
import * as sam from '@sigillo/doors/sam';
import * as sap from '@sigillo/doors/sap';

export const doors: Readonly<Record<string, Door>> = {
  sam: sam.samDoor,
  'crypto-module': cryptoModule.cryptoModuleDoor,
  ca: ca.caDoor,
};

/** Every map of every door and of SAP/1, by its name. */
export const schemas: readonly (readonly [string, Schema<unknown>])[] = [
  ...exported('sap', sap),
  ...exported('sam', sam),
  ...exported('crypto-module', cryptoModule),
  ...exported('frame', frame),
  ...Object.entries(doors).flatMap(([door, table]) =>
    Object.entries(table).flatMap(([name, { request, answer }]) => [[`${door} ${name} request`, request], [`${door} ${name} answer`, answer]] as const),
  ),
];

/** Values that follow the schema, also the rule between its fields where it has one. */
export function valuesFor(schema: Schema<unknown>): fc.Arbitrary<unknown> {
  const values = valuesOf(schema.shape);
  return (schema as unknown) === sap.intentBody ? values.map((value) => inOneForm(value as sap.IntentBody)) : values;
}

/** The list in full with its count, or a root with a count that needs one. */
function inOneForm(body: sap.IntentBody): sap.IntentBody {
  if (body.itemsRoot === null) return { ...body, count: body.items.length };
  return { ...body, items: [], count: Math.max(body.count, sap.ITEMS_MAX + 1) };
}

/** Values that follow the shape; large limits are not used up. */
export function valuesOf(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'uint':
      return fc.nat({ max: shape.max });
    case 'bytes':
      return fc.uint8Array({ minLength: shape.min, maxLength: Math.max(shape.min, Math.min(shape.max, 80)) });
    case 'text':
      return fc.string({ unit: 'grapheme', maxLength: Math.min(shape.max, 60) }).map((text) => within(text.normalize('NFC'), shape.max));
    case 'boolean':
      return fc.boolean();
    case 'exactly':
      return fc.constant(shape.value);
    case 'one of':
      return fc.constantFrom(...shape.values);
    case 'nullable':
      return fc.option(valuesOf(shape.of), { nil: null });
    case 'array':
      return fc.array(valuesOf(shape.of), { maxLength: Math.min(shape.max, 4) });
    case 'map':
      return fc.record(Object.fromEntries(shape.fields.map((field) => [field.name, valuesOf(field.of)])));
  }
}

/** The value with integer keys. */
export function keyed(shape: Shape, value: unknown): unknown {
  if (shape.kind === 'nullable') return value === null ? null : keyed(shape.of, value);
  if (shape.kind === 'array') return (value as readonly unknown[]).map((item) => keyed(shape.of, item));
  if (shape.kind !== 'map') return value;
  const members = value as Readonly<Record<string, unknown>>;
  const present = shape.fields.filter(({ name, sparse }) => sparse !== true || members[name] !== null);
  return new Map(present.map((field) => [field.key, keyed(field.of, members[field.name])]));
}

/** A value that this kind never has. */
export function foreignTo(shape: Shape): unknown {
  if (shape.kind === 'nullable') return foreignTo(shape.of);
  return shape.kind === 'boolean' ? 'neither' : true;
}

function exported(room: string, names: object): readonly (readonly [string, Schema<unknown>])[] {
  return Object.entries(names)
    .filter(([, value]) => typeof value === 'object' && value !== null && 'shape' in value && (value as Schema<unknown>).shape.kind === 'map')
    .map(([name, value]) => [`${room} ${name}`, value as Schema<unknown>] as const);
}

function within(text: string, lengthMax: number): string {
  let kept = '';
  for (const character of text) {
    if (new TextEncoder().encode(kept + character).length > lengthMax) return kept.normalize('NFC');
    kept += character;
  }
  return kept;
}
