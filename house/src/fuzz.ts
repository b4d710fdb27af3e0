// SPDX-License-Identifier: Apache-2.0
// npm run fuzz -- [--inputs N] [--parser NAME] [--seed S]: gives N inputs to each parser of every room (or to those whose name begins so) and says what it
// found. What breaks a promise is printed as the vector that it should become.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ROOT, workspaces } from './repository.ts';

interface Parser {
  readonly name: string;
}
interface Room {
  readonly parsers: readonly Parser[];
  readonly close?: () => Promise<void> | void;
}
interface Result {
  readonly inputs: number;
  readonly accepted: number;
  readonly seconds: number;
  readonly slowestMs: number;
  readonly grownBytes: number;
}
interface Fuzzer {
  readonly fuzz: (parser: Parser, inputs: number, seed: number) => Promise<Result>;
  readonly FuzzFault: abstract new (...parts: never[]) => Error;
}

const { values } = parseArgs({ options: { inputs: { type: 'string', default: '200000' }, parser: { type: 'string', default: '' }, seed: { type: 'string' } } });
const inputs = Number(values.inputs);
// A run without a seed of its own tries something new, and says what.
const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
process.exitCode = await main();

async function main(): Promise<number> {
  if (!Number.isSafeInteger(inputs) || inputs < 1 || !Number.isSafeInteger(seed)) return say('inputs and seed are whole numbers', 2);
  const fuzzer = await load<Fuzzer>('standards/test/fuzz/index.ts');
  const rooms = workspaces().map((workspace) => `${workspace}/test/fuzz/parsers.ts`).filter((path) => existsSync(join(ROOT, path)));
  say(`seed ${seed}, ${inputs} inputs for each parser`, 0);
  let [tried, faults] = [0, 0];
  for (const path of rooms) {
    const room = await load<Room>(path);
    for (const parser of room.parsers.filter(({ name }) => name.startsWith(values.parser))) {
      tried += 1;
      faults += await tryOne(fuzzer, parser);
    }
    await room.close?.();
  }
  return say(`${tried} parsers, ${faults} faults`, faults === 0 && tried > 0 ? 0 : 1);
}

/** How many faults: none, or the first that was found. */
async function tryOne(fuzzer: Fuzzer, parser: Parser): Promise<number> {
  try {
    const { accepted, seconds, slowestMs, grownBytes } = await fuzzer.fuzz(parser, inputs, seed);
    const columns = [parser.name.padEnd(44), `${Math.round(inputs / seconds)}/s`.padStart(10), `${accepted} accepted`.padStart(18)];
    return say(`${columns.join(' ')}   slowest ${slowestMs.toFixed(1)} ms, heap ${(grownBytes / 1024).toFixed(0)} KiB`, 0);
  } catch (fault) {
    if (!(fault instanceof fuzzer.FuzzFault)) throw fault;
    return say(fault.message, 1);
  }
}

async function load<T>(path: string): Promise<T> {
  return (await import(pathToFileURL(join(ROOT, path)).href)) as T;
}

function say(line: string, result: number): number {
  process.stdout.write(`${line}\n`);
  return result;
}
