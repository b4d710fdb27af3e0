// SPDX-License-Identifier: Apache-2.0
// The process itself, under Node's permission model, with the rights that the house gives it: its own folder, its keys, sockets, and no
// native library.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { samDoor } from '@sigillo/doors/sam';
import { connectLink, monotonicMs } from '@sigillo/wire';
import { ended, startProcess } from './played/process.ts';
import { openWorld, ready } from './played/world.ts';

const random = (length: number): Uint8Array => randomBytes(length);

suite('the process', () => {
  test('starts, answers, stops when told, and starts again on its journal', async () => {
    const world = await openWorld();
    try {
      await world.sam.close();
      await world.tables.asOwner('truncate signer, authenticator, signing_key, client, officer, enrolment, subject_key, state_key, journal_copy');
      for (const record of [2, 4]) {
        const { child, socket, key } = startProcess(world);
        await ready(child);
        const link = connectLink({ door: samDoor, name: 'sam', path: socket, key, random, monotonic: monotonicMs });
        const status = await link.call('status', {}, { requestId: 'test' });
        assert.equal(status.serving, true);
        assert.equal(status.record, record);
        link.close();
        child.kill('SIGTERM');
        assert.equal(await ended(child), 0);
      }
      assert.ok(existsSync(join(world.folder, 'state', 'journal', 'journal-00000001')));
      rmSync(join(world.folder, 'state', 'journal'), { recursive: true });
      const refusing = startProcess(world);
      assert.equal(await ended(refusing.child), 1);
      assert.match(refusing.said(), /journal_behind_copy/);
    } finally {
      await world.close();
    }
  });

  test('an unknown key in the configuration stops the start with its name', async () => {
    const world = await openWorld();
    try {
      const { child, said } = startProcess(world, { change: { surprise: true } });
      assert.equal(await ended(child), 1);
      assert.match(said(), /unknown key surprise/);
    } finally {
      await world.close();
    }
  });
});
