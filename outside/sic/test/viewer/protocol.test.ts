// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFromViewer } from '../../src/viewer/protocol.ts';

test('messages of the viewer are read by their form', () => {
  assert.deepEqual(readFromViewer({ type: 'opened', pages: 3, more: 1 }), { type: 'opened', pages: 3 });
  assert.deepEqual(
    readFromViewer({ type: 'notice', notice: { code: 'warning', page: 2, text: 'x'.repeat(900) } }),
    { type: 'notice', notice: { code: 'warning', page: 2, text: 'x'.repeat(200) } },
  );
  assert.deepEqual(
    readFromViewer({ type: 'need', id: 1, kind: 'cmaps', name: 'UniJIS-UTF16-H.bcmap' }),
    { type: 'need', id: 1, kind: 'cmaps', name: 'UniJIS-UTF16-H.bcmap' },
  );
});

test('anything else a taken-over viewer might say is no message', () => {
  const bad: readonly unknown[] = [
    null, 1, 'opened', {}, { type: 'leave' }, { type: 'opened', pages: 0 }, {
      type: 'opened',
      pages: 1.5,
    }, { type: 'opened', pages: '1' }, { type: 'at', page: -1 },
    { type: 'notice', notice: { code: 'other', page: 0 } }, { type: 'notice' },
    { type: 'need', id: 1, kind: 'cmaps', name: '../../pins.json' }, {
      type: 'need',
      id: 1,
      kind: 'wasm',
      name: 'quickjs-eval.wasm',
    }, { type: 'need', id: 1, kind: 'fonts', name: 'LiberationSans.ttf/../x' },
    { type: 'need', id: 1, kind: 'pins', name: 'a.bcmap' }, { type: 'need', id: 'a', kind: 'cmaps', name: 'a.bcmap' },
  ];
  for (const message of bad) assert.equal(readFromViewer(message), null, JSON.stringify(message));
});
