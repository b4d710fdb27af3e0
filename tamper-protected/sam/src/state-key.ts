// SPDX-License-Identifier: Apache-2.0
// K_state: the SAM's one secret, from which the keys of rows, journal and subjects are derived. The file holds it sealed by the crypto
// module.
import { join } from 'node:path';
import type { CryptoModule } from './crypto-module.ts';
import type { Disk } from './journal/disk.ts';
import { JournalError } from './journal/error.ts';
import { listSegments } from './journal/segments.ts';

const NAME = 'state.key';

/** The state key of the folder; made at the first start, and only while there is no journal. */
export async function openStateKey(
  disk: Disk,
  folder: string,
  journalFolder: string,
  cryptoModule: CryptoModule,
  random: (length: number) => Uint8Array,
): Promise<Uint8Array> {
  if (disk.list(folder).includes(NAME)) {
    try {
      return new Uint8Array(await cryptoModule.unseal(disk.read(join(folder, NAME))));
    } catch (cause) {
      throw new JournalError('state_key_wrong', NAME, { cause });
    }
  }
  if (listSegments(disk, journalFolder).length > 0) throw new JournalError('state_key_missing', NAME);
  const secret = random(32);
  const fresh = join(folder, `${NAME}.new`);
  if (disk.list(folder).includes(`${NAME}.new`)) disk.remove(fresh);
  const file = disk.create(fresh);
  disk.appendNow(file, await cryptoModule.seal(secret));
  disk.close(file);
  disk.rename(fresh, join(folder, NAME));
  return secret;
}
