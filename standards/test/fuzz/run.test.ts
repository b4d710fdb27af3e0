// SPDX-License-Identifier: Apache-2.0
// The fuzzer finds what it promises to find, in readers that are wrong on purpose, and the same seed finds the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, SpellingError, toHex } from '@sigillo/standards/bytes';
import { type FaultKind, FuzzFault, type Parser } from './parser.ts';
import { fuzz } from './run.ts';

const good: Parser<string> = {
  name: 'good',
  valid: ['', '00', 'c0ffee'],
  mutations: [(input) => input.toUpperCase()],
  isRefusal: (error) => error instanceof SpellingError,
  respell: (input) => toHex(fromHex(input)),
};
const findsIn = async (kind: FaultKind, change: Partial<Parser<string>>): Promise<string> => {
  const fault = await fuzz({ ...good, ...change }, 4000, 1).then(() => undefined, (error: unknown) => error);
  assert.ok(fault instanceof FuzzFault, kind);
  assert.equal(fault.kind, kind);
  return fault.message;
};

test('a good reader passes, with refused and accepted inputs', async () => {
  const { inputs, accepted } = await fuzz(good, 2000, 1);
  assert.ok(inputs === 2000 && accepted > 100 && accepted < 1900);
});

test('a second spelling, an error of another room, a valid input that is refused', async () => {
  await findsIn('second spelling', { respell: (input) => toHex(fromHex(input.toLowerCase())) });
  await findsIn('crash', { isRefusal: (error) => error instanceof RangeError });
  await findsIn('crash', { respell: (input) => Promise.reject(new TypeError(input)), valid: ['00'] });
  await findsIn('refused valid', { valid: ['0'] });
});

test('a reader that takes its time over some input', async () => {
  const slow = (input: string): string => {
    const start = process.cpuUsage();
    while (input.length > 8 && process.cpuUsage(start).user < 100_000);
    return good.respell(input) as string;
  };
  await findsIn('hang', { respell: slow });
});

test('a reader that keeps what it has read', async () => {
  const kept: number[][] = [];
  await findsIn('growth', { respell: (input) => (kept.push(Array.from({ length: 800 }, () => input.length + 0.5)), input) });
});

test('the same seed finds the same input', async () => {
  const wrong = { respell: (input: string) => toHex(fromHex(input.toLowerCase())) };
  assert.equal(await findsIn('second spelling', wrong), await findsIn('second spelling', wrong));
});
