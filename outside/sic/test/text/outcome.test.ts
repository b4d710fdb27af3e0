// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemOfCode } from '../../src/text/explain.ts';
import { en } from '../../src/text/en.ts';

test('after the key may have signed, no words deny it', () => {
  for (const code of ['signing_unavailable', 'signature_wrong', 'time_stamp_unavailable', 'time_stamp_wrong', 'self_check_failed', 'indeterminate']) {
    assert.equal(problemOfCode(code, en).words, en.problems.indeterminate, code);
  }
});
