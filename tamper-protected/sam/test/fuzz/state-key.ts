// SPDX-License-Identifier: Apache-2.0
// The file of the state key, opened by a token of the crypto module: only the sealed bytes that this token made open.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openToken } from '@sigillo/crypto-module';
import { openLog } from '@sigillo/wire';
import type { Parser } from '@sigillo/standards/test/fuzz';
import type { CryptoModule } from '../../src/crypto-module.ts';
import { JournalError } from '../../src/journal/error.ts';
import { openStateKey } from '../../src/state-key.ts';
import { diskOf } from './disk.ts';

const home = mkdtempSync(join(tmpdir(), 'sg-state-'));
const sealKeyFile = join(home, 'seal.key');
writeFileSync(sealKeyFile, new Uint8Array(32).fill(0x33), { mode: 0o600 });
const token = openToken({ folder: join(home, 'token'), sealKeyFile, create: true });
rmSync(home, { recursive: true });

const SEALED = token.seal(new Uint8Array(32).fill(9));
const cryptoModule = { unseal: (sealed: Uint8Array) => new Promise((resolve) => resolve(token.unseal(sealed))) } as unknown as CryptoModule;
const log = openLog('sam', () => undefined, () => 0);
const random = (length: number): Uint8Array => new Uint8Array(length);

export const stateKey: Parser<Uint8Array> = {
  name: 'state-key-file',
  valid: [SEALED],
  mutations: [],
  isRefusal: (error) => error instanceof JournalError,
  async respell(input) {
    const powers = { disk: diskOf({ 'state.key': input }), random, log };
    await openStateKey({ powers, folder: '', journalFolder: '', cryptoModule, database: { getStateKey: () => Promise.resolve(undefined) } });
    return SEALED;
  },
};
