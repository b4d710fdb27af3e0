// SPDX-License-Identifier: Apache-2.0
// Run in place of src/main.ts, with the same configuration: the real module with a driver that lies while a file named `lie` is beside its keys.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startCryptoModule } from '../../src/start.ts';
import { lyingDriver } from './lying-driver.ts';

await startCryptoModule(process.argv[2], (honest, store) => {
  const lying = lyingDriver(honest);
  return { ...honest, name: 'lying', signDigest: (...asked) => (existsSync(join(store, 'lie')) ? lying : honest).signDigest(...asked) };
});
