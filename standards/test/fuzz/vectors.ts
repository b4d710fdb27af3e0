// SPDX-License-Identifier: Apache-2.0
// Inputs that once broke a promise, and inputs of that kind that somebody thought of: `vectors/fuzz/<parser>/<name>.json`, each with what must happen.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { fromHex } from '@sigillo/standards/bytes';
import { type AnyParser, type Input, shown } from './parser.ts';

interface Vector {
  readonly why: string;
  readonly hex?: string;
  readonly text?: string;
  /** The code of the refusal, or the name of its class where it has no code; absent where the input is accepted. */
  readonly refused?: string;
}

const FOLDER = new URL('../../../vectors/fuzz/', import.meta.url);

/** Gives every vector of the parser to it; returns how many there were. */
export async function runVectors(parser: AnyParser): Promise<number> {
  const folder = new URL(`${parser.name}/`, FOLDER);
  if (!existsSync(folder)) return 0;
  const names = readdirSync(folder).sort();
  for (const name of names) await runVector(parser, name, JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Vector);
  return names.length;
}

async function runVector(parser: AnyParser, name: string, { why, hex, text, refused }: Vector): Promise<void> {
  const where = `${parser.name}/${name}: ${why}`;
  const input = hex === undefined ? text! : fromHex(hex);
  const respell = parser.respell as (input: Input) => Input | Promise<Input>;
  if (refused === undefined) return assert.equal(shown(await respell(input)), shown(input), where);
  await assert.rejects(
    async () => respell(input),
    (error: Error & { readonly code?: string }) => {
      assert.ok(parser.isRefusal(error), where);
      assert.equal(error.code ?? error.name, refused, where);
      return true;
    },
    where,
  );
}
