// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemOfCode, reasonOf } from '../../src/text/explain.ts';
import { en } from '../../src/text/en.ts';
import { ja } from '../../src/text/ja.ts';

test('after the key may have signed, no words deny it', () => {
  for (const code of ['signing_unavailable', 'signature_wrong', 'time_stamp_unavailable', 'time_stamp_wrong', 'self_check_failed', 'indeterminate']) {
    assert.equal(problemOfCode(code, en).words, en.problems.indeterminate, code);
  }
});

test('what an interruption ended has words that a person understands, in both languages', () => {
  for (const text of [en, ja]) {
    assert.equal(problemOfCode('restart', text).words, text.problems.interrupted);
    for (const code of ['restart', 'journal_rebuilt', 'crypto_module_lost']) assert.doesNotMatch(reasonOf(code, text), new RegExp(`^${code}$`));
    assert.equal(reasonOf('constructor', text), 'constructor', 'a code without words is shown as it is');
  }
});
