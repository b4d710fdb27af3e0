// SPDX-License-Identifier: Apache-2.0
// The parsers of a room as tests. How many inputs each gets is decided here, once for all rooms.
import { test } from 'node:test';
import type { AnyParser } from './parser.ts';
import { fuzz } from './run.ts';
import { runVectors } from './vectors.ts';

const INPUTS = process.env['SIGILLO_FULL'] === '1' ? 200_000 : 20_000;
const SEED = 20_260_101;

/** For each parser its vectors first, then the inputs that the seed gives. */
export function fuzzAll(parsers: readonly AnyParser[]): void {
  for (const parser of parsers) {
    test(`${parser.name}: bad input is refused, quickly, and nothing has a second spelling`, async (context) => {
      const vectors = await runVectors(parser);
      const { inputs, accepted, seconds, slowestMs } = await fuzz(parser, INPUTS * (parser.share ?? 1), SEED);
      context.diagnostic(`${vectors} vectors, ${inputs} inputs (${accepted} accepted), ${seconds.toFixed(2)} s, slowest ${slowestMs.toFixed(1)} ms`);
    });
  }
}
