// SPDX-License-Identifier: Apache-2.0
import { cryptoModuleDoor } from '@sigillo/doors/crypto-module';
import { announceReady, monotonicMs, onStop, openLog, random, secretFile, serveLink } from '@sigillo/wire';
import { readCryptoModuleConfig } from './config.ts';
import { cryptoModuleHandlers } from './door.ts';
import { openCryptoModule } from './open.ts';

const config = readCryptoModuleConfig(process.argv[2]);
const log = openLog('crypto-module', (line) => process.stdout.write(line), Date.now);
const module = openCryptoModule({ store: config.store, sealKey: config.sealKey, ticketKey: secretFile(config.ticketKey, 'ticketKey') });
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
