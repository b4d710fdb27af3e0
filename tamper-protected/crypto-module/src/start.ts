// SPDX-License-Identifier: Apache-2.0
import { cryptoModuleDoor } from '@sigillo/doors/crypto-module';
import { announceReady, linesToStandardOutput, monotonicMs, onStop, openLog, random, secretFile, serveLink } from '@sigillo/wire';
import { openerOptions, readCryptoModuleConfig } from './config.ts';
import { cryptoModuleHandlers } from './door.ts';
import type { Driver } from './driver.ts';
import { openCryptoModule } from './open.ts';

/** The process: reads the configuration, opens the token, serves until it is told to stop. */
export async function startCryptoModule(configPath: string | undefined, wrapDriver?: (driver: Driver, store: string) => Driver): Promise<void> {
  const config = readCryptoModuleConfig(configPath);
  const log = openLog('crypto-module', linesToStandardOutput(), Date.now);
  const double = wrapDriver === undefined ? {} : { wrapDriver: (driver: Driver) => wrapDriver(driver, config.store) };
  const module = openCryptoModule({ ...openerOptions(config), store: config.store, ticketKey: secretFile(config.ticketKey, 'ticketKey'), ...double });
  const link = await serveLink({
    door: cryptoModuleDoor,
    name: 'crypto-module',
    path: config.listen.socket,
    callers: Object.fromEntries(Object.entries(config.listen.callers).map(([name, path]) => [name, secretFile(path, `listen.callers.${name}`)])),
    handlers: cryptoModuleHandlers(module),
    log,
    random,
    monotonic: monotonicMs,
  });
  onStop(async () => {
    await link.close();
    module.close();
  });
  announceReady();
}
