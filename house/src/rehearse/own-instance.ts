// SPDX-License-Identifier: Apache-2.0
// An instance that lives for one run: a home below the temporary folder, and ports that nobody has.
import { randomInt } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '@sigillo/wire';
import { HouseError } from '../error.ts';
import { requireFreePorts } from '../home/ports.ts';
import { openInstance, type Instance, type InstanceOptions } from '../instance.ts';

/** Below the ports that the kernel gives to outgoing connections: one of those could take the place of a process that is just being started again. */
const BASES = { from: 11_000, to: 32_000, apart: 10 } as const;
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
export async function freePortBase(): Promise<number> {
  for (let n = 0; n < TRIES; n++) {
    const base = BASES.apart * randomInt(BASES.from / BASES.apart, BASES.to / BASES.apart);
    try {
      await requireFreePorts(base);
      return base;
    } catch (cause) {
      if (!(cause instanceof HouseError)) throw cause;
    }
  }
  throw new HouseError('port_taken', 'No row of free ports was found.');
}
