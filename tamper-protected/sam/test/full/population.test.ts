// SPDX-License-Identifier: Apache-2.0
// A large population: what memory costs and how long a start takes. SIGILLO_CREDENTIALS is how many there are (10,000 by default); with
// 1,000,000 the limits are 400 MiB for what is remembered of them and 10 s until it is ready.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { populate } from '../population/populate.ts';
import type { StartMeasured } from '../population/measure-start.ts';
import { openWorld } from '../played/world.ts';

const CREDENTIALS = Number(process.env['SIGILLO_CREDENTIALS'] ?? 10_000);
const MIB_MAX = 400;
const SECONDS_MAX = 10;
const NOT_FULL: string | false = process.env['SIGILLO_FULL'] === '1' ? false : 'skipped: npm run test:full runs it';
const MEASURE = fileURLToPath(new URL('../population/measure-start.ts', import.meta.url));

test(`${CREDENTIALS} credentials: made offline, ready from the snapshot, in how much memory`, { skip: NOT_FULL }, async (t) => {
  const world = await openWorld();
  t.after(() => world.close());
  const { folder, tables } = world;
  const home = {
    state: join(folder, 'sam'),
    public: join(folder, 'public'),
    store: join(folder, 'module'),
    sealKey: join(folder, 'seal.key'),
    database: tables.url,
  };
  await world.restart('stop', async () => {
    const { seconds, journalBytes } = await populate({ ...home, ticketKey: randomBytes(32), credentials: CREDENTIALS, members: 0 });
    t.diagnostic(`made in ${seconds.toFixed(1)} s, journal ${(journalBytes / 1_048_576).toFixed(0)} MiB`);
    const { stdout } = await promisify(execFile)(process.execPath, [MEASURE, JSON.stringify(home)]);
    const measured = JSON.parse(stdout) as StartMeasured;
    const { mib, snapshot } = measured;
    t.diagnostic(`ready after ${measured.seconds.toFixed(2)} s, having read ${(measured.journalBytesRead / 1_048_576).toFixed(1)} MiB of journal`);
    t.diagnostic(`resident: ${mib.before} MiB before, ${mib.ready} when ready, ${mib.later} later`);
    t.diagnostic(`a snapshot took ${snapshot.seconds.toFixed(2)} s, the longest pause ${snapshot.pauseMs.toFixed(0)} ms`);
    assert.equal(measured.credentials, CREDENTIALS);
    assert.ok(mib.later - mib.before <= MIB_MAX, `${mib.later - mib.before} MiB`);
    assert.ok(measured.seconds <= SECONDS_MAX, `${measured.seconds} s`);
  });
});
