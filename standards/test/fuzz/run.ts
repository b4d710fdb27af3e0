// SPDX-License-Identifier: Apache-2.0
// One run of one parser: so many inputs from one seed. An input that took long is tried again, alone, three times before it counts as a hang: on a
// busy machine anything may take long.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sameBytes } from '@sigillo/standards/bytes';
import { byteMutations, type Mutation, randomBytes } from './mutate-bytes.ts';
import { randomText, textMutations } from './mutate-text.ts';
import { type AnyParser, FuzzFault, type Input, type Parser } from './parser.ts';
import { Random } from './random.ts';

export interface FuzzResult {
  readonly inputs: number;
  readonly accepted: number;
  readonly seconds: number;
  readonly slowestMs: number;
  readonly grownBytes: number;
}

export const HANG_MS = 50;
/** What a parser, the pool of accepted inputs and the compiler may keep for themselves. */
const GROWTH_BYTES_MAX = 8 * 1_048_576;
const POOL_MAX = 128;

/** Gives `inputs` inputs to the parser; throws FuzzFault with the first that breaks a promise. */
export function fuzz(parser: AnyParser, inputs: number, seed: number): Promise<FuzzResult> {
  const random = new Random(seed, parser.name);
  return withoutTraces(() =>
    isOfText(parser)
      ? runAll(parser, inputs, random, { plain: textMutations, fresh: randomText, cut: (input, length) => input.slice(0, length) })
      : runAll(parser, inputs, random, {
          plain: byteMutations,
          fresh: randomBytes,
          cut: (input, length) => (input.length > length ? input.subarray(0, length) : input),
        }),
  );
}

/** Most inputs end in a refusal; collecting where each was thrown would take longer than everything else. A fault's input tells more. */
async function withoutTraces<T>(run: () => Promise<T>): Promise<T> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await run();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

interface Kind<I> {
  readonly plain: readonly Mutation<I>[];
  readonly fresh: (random: Random) => I;
  readonly cut: (input: I, length: number) => I;
}

async function runAll<I extends Input>(parser: Parser<I>, inputs: number, random: Random, kind: Kind<I>): Promise<FuzzResult> {
  for (const input of parser.valid) if (!(await accepts(parser, input))) throw new FuzzFault(parser.name, 'refused valid', input);
  const pool = [...parser.valid];
  const seen = { accepted: 0, slowestMs: 0 };
  const part = inputs >> 2;
  const started = performance.now();
  await runSome(parser, part, random, kind, pool, seen);
  const heapBefore = heapUsed();
  await runSome(parser, inputs - part, random, kind, pool, seen);
  const seconds = (performance.now() - started) / 1000;
  const grownBytes = heapUsed() - heapBefore;
  if (grownBytes > GROWTH_BYTES_MAX) await requireNoFurtherGrowth(parser, inputs - part, random, kind, pool);
  return { inputs, ...seen, seconds, grownBytes };
}

/** What was kept once, for good, is no growth: as many inputs again show which it is. */
async function requireNoFurtherGrowth<I extends Input>(parser: Parser<I>, inputs: number, random: Random, kind: Kind<I>, pool: I[]): Promise<void> {
  const heapBefore = heapUsed();
  await runSome(parser, inputs, random, kind, pool, { accepted: 0, slowestMs: 0 });
  const grownBytes = heapUsed() - heapBefore;
  if (grownBytes > GROWTH_BYTES_MAX) throw new FuzzFault(parser.name, 'growth', pool.at(-1)!, { detail: `${grownBytes} bytes` });
}

async function runSome<I extends Input>(
  parser: Parser<I>,
  inputs: number,
  random: Random,
  kind: Kind<I>,
  pool: I[],
  seen: { accepted: number; slowestMs: number },
): Promise<void> {
  for (let i = 0; i < inputs; i++) {
    const input = next(parser, pool, random, kind);
    const before = performance.now();
    const pending = accepts(parser, input);
    const isAccepted = typeof pending === 'boolean' ? pending : await pending;
    const tookMs = performance.now() - before;
    seen.slowestMs = Math.max(seen.slowestMs, tookMs > HANG_MS ? await again(parser, input) : tookMs);
    if (!isAccepted) continue;
    seen.accepted += 1;
    if (pool.length < parser.valid.length + POOL_MAX) pool.push(input);
    else if (random.once(8)) pool[parser.valid.length + random.below(POOL_MAX)] = input;
  }
}

/** Now and then bytes from nothing; otherwise something that was accepted, changed once to five times. */
function next<I extends Input>(parser: Parser<I>, pool: readonly I[], random: Random, kind: Kind<I>): I {
  if (random.once(50)) return kind.fresh(random);
  let input = random.once(2) ? random.pick(parser.valid) : random.pick(pool);
  do {
    const mutations = parser.mutations.length > 0 && random.below(3) > 0 ? parser.mutations : kind.plain;
    input = random.pick(mutations)(input, random, random.pick(pool));
  } while (random.once(3));
  return kind.cut(input, parser.lengthMax ?? 2048);
}

/** Whether the input is accepted, in its one spelling; false where it is refused. */
function accepts<I extends Input>(parser: Parser<I>, input: I): boolean | Promise<boolean> {
  const judged = (respelled: I): boolean => {
    if (!same(respelled, input)) throw new FuzzFault(parser.name, 'second spelling', input, { detail: `written as ${respelled.length} long` });
    return true;
  };
  const refused = (error: unknown): boolean => {
    if (error instanceof FuzzFault) throw error;
    if (!parser.isRefusal(error)) throw new FuzzFault(parser.name, 'crash', input, { cause: error, detail: String(error) });
    return false;
  };
  try {
    const respelled = parser.respell(input);
    return respelled instanceof Promise ? respelled.then(judged).catch(refused) : judged(respelled);
  } catch (error) {
    return refused(error);
  }
}

/** Three times more, by the processor time of this process: what the machine gave to others in the meantime is no fault of the parser. */
async function again<I extends Input>(parser: Parser<I>, input: I): Promise<number> {
  let leastMs = Infinity;
  for (let i = 0; i < 3; i++) {
    const before = process.cpuUsage();
    await accepts(parser, input);
    const { user, system } = process.cpuUsage(before);
    leastMs = Math.min(leastMs, (user + system) / 1000);
  }
  if (leastMs > HANG_MS) throw new FuzzFault(parser.name, 'hang', input, { detail: `${leastMs.toFixed(0)} ms at the best of three` });
  return leastMs;
}

function same(a: Input, b: Input): boolean {
  return typeof a === 'string' || typeof b === 'string' ? a === b : sameBytes(a, b);
}

function isOfText(parser: AnyParser): parser is Parser<string> {
  return typeof parser.valid[0] === 'string';
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
