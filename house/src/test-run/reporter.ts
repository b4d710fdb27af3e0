// SPDX-License-Identifier: Apache-2.0
// The reporter that each test process loads: one JSON line per test. Suites do not count, nor does a test that failed only because a part
// of it failed: the part counts.
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';
import type { TestOutcome } from './outcome.ts';

type Finished = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>;

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    if (event.data.details.type === 'suite' && !failedByItself(event)) continue;
    if (event.type === 'test:fail' && !failedByItself(event)) continue;
    yield `${JSON.stringify(outcomeOf(event))}\n`;
  }
}

function outcomeOf(event: Finished): TestOutcome {
  const { data } = event;
  const base = { name: data.name, file: data.file ?? '', durationMs: Math.round(data.details.duration_ms) };
  if (event.type === 'test:fail') {
    const { error } = event.data.details;
    return { ...base, result: 'failed', reason: inspect(error.cause ?? error, { depth: 6 }) };
  }
  const skip = data.skip ?? data.todo;
  if (skip !== undefined && skip !== false) return { ...base, result: 'skipped', reason: typeof skip === 'string' ? skip : '' };
  return { ...base, result: 'passed', reason: '' };
}

function failedByItself(event: Finished): boolean {
  return event.type === 'test:fail' && (event.data.details.error as { failureType?: unknown }).failureType !== 'subtestsFailed';
}
