// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { sha256 } from '@sigillo/wire';
import { ReceiveError, Spool } from '../../src/document/spool.ts';

test('files are private, hashed as they come, and gone after a crash', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sca-spool-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, `${'0'.repeat(32)}.spool`), 'left behind');
  writeFileSync(join(folder, 'keep.txt'), 'not ours');
  const spool = new Spool(folder, randomBytes);
  assert.deepEqual(readdirSync(folder), ['keep.txt']);
  const bytes = randomBytes(300_000);
  const file = await spool.receive(Readable.from([bytes.subarray(0, 1000), bytes.subarray(1000)]), 300_000);
  assert.deepEqual([file.sizeBytes, Buffer.from(file.sha256)], [300_000, Buffer.from(sha256(bytes))]);
  assert.equal(statSync(file.path).mode & 0o777, 0o600);
  const tail = await spool.write(Buffer.from('tail'));
  const joined = await spool.read(file, tail).toArray() as Buffer[];
  assert.deepEqual(Buffer.concat(joined), Buffer.concat([bytes, Buffer.from('tail')]));
  await assert.rejects(spool.receive(Readable.from([bytes]), 299_999), (error) => error instanceof ReceiveError && error.code === 'too_large');
  const broken = Readable.from((function* () {
    yield bytes;
    throw new Error('the line broke');
  })());
  await assert.rejects(spool.receive(broken, 300_000), (error) => error instanceof ReceiveError && error.code === 'incomplete');
  await spool.remove(file, tail);
  assert.deepEqual(readdirSync(folder), ['keep.txt']);
});
