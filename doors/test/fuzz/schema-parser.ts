// SPDX-License-Identifier: Apache-2.0
// The decoder of a table as a parser: it starts from values made from the table, and from the published vectors that follow it.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { fromHex } from '@sigillo/standards/bytes';
import { CborError } from '@sigillo/standards/cbor';
import { cborMutation, type Parser } from '@sigillo/standards/test/fuzz';
import { decode, encode, type Schema, SchemaError } from '@sigillo/doors/schema';
import { valuesFor } from '../values.ts';

const SAMPLES = 12;

/** A name such as `sap intentBody` becomes `sap-intent-body`. */
export function schemaParser(name: string, schema: Schema<unknown>): Parser<Uint8Array> {
  return {
    name: name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replaceAll(' ', '-'),
    valid: [...samplesOf(schema), ...published.filter((body) => follows(schema, body))],
    mutations: [cborMutation],
    isRefusal: (error) => error instanceof SchemaError || error instanceof CborError,
    respell: (input) => encode(schema, decode(schema, input)),
  };
}

/** Encodings of values that follow the table, the same in every run. */
export function samplesOf(schema: Schema<unknown>): Uint8Array[] {
  return fc.sample(valuesFor(schema), { numRuns: SAMPLES, seed: 7 }).map((value) => encode(schema, value));
}

const published: readonly Uint8Array[] = (
  JSON.parse(readFileSync(new URL('../../../vectors/sap-1.json', import.meta.url), 'utf8')) as readonly { readonly body?: string }[]
).flatMap(({ body }) => (body === undefined ? [] : [fromHex(body)]));

function follows(schema: Schema<unknown>, body: Uint8Array): boolean {
  try {
    decode(schema, body);
    return true;
  } catch (error) {
    if (error instanceof SchemaError || error instanceof CborError) return false;
    throw error;
  }
}
