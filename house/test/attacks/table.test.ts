// SPDX-License-Identifier: Apache-2.0
// The table of all attacks: that it is made of what the tests said, and that no attack of the catalogue lacks a test.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CATALOGUE, NOT_HERE } from '../../src/attacks/catalogue.ts';
import { attackLines, type AttackOutcome, faultsOf, tableOf } from '../../src/attacks/table.ts';
import type { TestOutcome } from '../../src/test-run/outcome.ts';
import { read, repositoryPaths } from '../rules/source.ts';

const outcome = (name: string, result: TestOutcome['result'] = 'passed'): AttackOutcome => ({
  name,
  room: 'tamper-protected/sam',
  file: '',
  result,
  reason: result === 'failed' ? 'because\nmore' : '',
  durationMs: 1,
});
const demands = (...catalogue: string[]): Parameters<typeof faultsOf>[2] => ({ catalogue, full: false });

test('every attack of the catalogue has a test, and every number has an answer', () => {
  const tests = repositoryPaths().filter(
    (path) => path.endsWith('.test.ts') && path.includes('/test/') && !path.endsWith('attacks/table.test.ts'),
  );
  const named = new Set(tests.flatMap((path) => [...read(path).text.matchAll(/['"`]([A-Z]{3}-\d{1,2})\b/g)].map(([, id]) => id!)));
  assert.deepEqual(CATALOGUE.filter((id) => !named.has(id)), []);
  assert.equal(new Set(CATALOGUE).size, CATALOGUE.length);
  for (const id of Object.keys(NOT_HERE)) assert.ok(!CATALOGUE.includes(id), id);
});

test('an attack, its guard, its code and its twin are one line', () => {
  const outcomes = [
    'SAP-05 one other hash · a.ts + tamper-protected/crypto-module:b.ts · list_mismatch',
    'SAP-05 twin · a.ts + tamper-protected/crypto-module:b.ts · one other hash',
    'CMX-06 a copy · by construction: no message of the door copies a key, whatever it may say · no such message',
    'something else',
  ].map((name) => outcome(name));
  assert.deepEqual(attackLines(outcomes), [
    {
      id: 'CMX-06',
      attack: 'a copy',
      refusedBy: 'by construction',
      code: 'no such message',
      result: 'passed',
      twinCaught: 'nothing to take away',
      because: 'no message of the door copies a key, whatever it may say',
    },
    {
      id: 'SAP-05',
      attack: 'one other hash',
      refusedBy: 'sam:a.ts + crypto-module:b.ts',
      code: 'list_mismatch',
      result: 'passed',
      twinCaught: 'yes',
      because: '',
    },
  ]);
  assert.deepEqual(faultsOf(attackLines(outcomes), outcomes, demands('CMX-06', 'SAP-05')), []);
  const [head, first, rest, second, third] = tableOf(attackLines(outcomes)).split('\n');
  assert.match(head!, /^id +attack +refused by +code +twin caught$/);
  assert.match(first!, /^CMX-06 {2}a copy +by construction +no such message +no message of the door copies a key,$/);
  assert.match(rest!, /^ +whatever it may say$/);
  assert.match(second!, /^SAP-05 {2}one other hash +sam:a\.ts +list_mismatch +yes$/);
  assert.match(third!, /^ +crypto-module:b\.ts$/);
  const [, ...long] = tableOf(attackLines([outcome(`SAP-05 ${'word '.repeat(30).trim()} · a.ts · code`)])).split('\n');
  assert.ok(long.length > 1 && long.every((line) => line.length < 110));
});

test('what is missing, has failed or has no twin is a fault', () => {
  const attack = 'SAP-05 one other hash · a.ts · list_mismatch';
  const faults = (outcomes: readonly AttackOutcome[], full = false): string[] => faultsOf(
    attackLines(outcomes),
    outcomes,
    { catalogue: ['SAP-05'], full },
  );
  assert.deepEqual(faults([]), ['SAP-05: no test']);
  assert.deepEqual(faults([outcome(attack)]), ['SAP-05 one other hash: no twin was caught']);
  assert.deepEqual(
    faults([outcome(attack), outcome('SAP-05 twin · b.ts · one other hash')]),
    ['SAP-05 one other hash: no twin was caught'],
  );
  assert.deepEqual(
    faults([outcome(attack), outcome('SAP-05 twin · a.ts · one other hash', 'failed')]),
    ['SAP-05 twin · a.ts · one other hash: because', 'SAP-05 one other hash: no twin was caught'],
  );
  assert.deepEqual(faults([outcome(attack, 'failed'), outcome('SAP-05 twin · a.ts · one other hash')]), [`${attack}: because`]);
  for (const reason of ['', ':', ': ']) assert.deepEqual(
    faults([outcome(`SAP-05 one other hash · by construction${reason} · none`)]),
    ['SAP-05 one other hash: nobody says why there is nothing to take away'],
  );
  assert.deepEqual(faults([outcome(attack, 'skipped')]), []);
  assert.deepEqual(faults([outcome(attack, 'skipped')], true), ['SAP-05 one other hash: was not run']);
});
