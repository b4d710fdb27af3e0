// SPDX-License-Identifier: Apache-2.0
// Run in place of src/main.ts, with the same configuration: the real module with a driver that says `asked` in the log and
// signs no further while a file named `slow` is beside its keys.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startCryptoModule } from '../../src/start.ts';

await startCryptoModule(process.argv[2], (honest, store) => ({
  ...honest,
  name: 'slow',
  async signDigest(...asked) {
    const slow = join(store, 'slow');
    if (existsSync(slow)) process.stdout.write('asked\n');
    while (existsSync(slow)) await pause(50);
    return honest.signDigest(...asked);
  },
}));
