// SPDX-License-Identifier: Apache-2.0
// An instance that lives for one run: a home below the temporary folder, and ports that nobody has.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '@sigillo/wire';
import { HouseError } from '../error.ts';
import { requireFreePorts } from '../home/ports.ts';
import { openInstance, type Instance, type InstanceOptions } from '../instance.ts';

const PORTS_APART = 10;
const TRIES = 20;

export async function openOwnInstance(log: Log, options: Pick<InstanceOptions, 'alter' | 'without' | 'onStep'> = {}): Promise<Instance> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'sigillo-')));
  const removeHome = (): void => rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  try {
    const instance = await openInstance({ home, portBase: String(await freePortBase()), ownDatabaseServer: undefined, log, ...options });
    return {
      ...instance,
      stop: async () => {
        await instance.stop();
        removeHome();
      },
    };
  } catch (cause) {
    // The folder stays: its logs say why.
    throw cause instanceof HouseError ? new HouseError(cause.code, `${cause.message} (${home})`, { cause }) : cause;
  }
}

/** A base whose ports are all free at this moment. */
async function freePortBase(): Promise<number> {
  for (let n = 0; n < TRIES; n++) {
    const base = Math.floor((await somePort()) / PORTS_APART) * PORTS_APART;
    try {
      await requireFreePorts(base);
      return base;
    } catch (cause) {
      if (!(cause instanceof HouseError)) throw cause;
    }
  }
  throw new HouseError('port_taken', 'No row of free ports was found.');
}

function somePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
