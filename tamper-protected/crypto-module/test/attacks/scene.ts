// SPDX-License-Identifier: Apache-2.0
// The crypto module behind its socket, with one key in it, as whoever reached that socket meets it. All of it is opened here, so that a
// graph with twins has none of the module as it is.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cryptoModuleDoor, type CryptoModuleDoor } from '@sigillo/doors/crypto-module';
import { connectLink, type Link, monotonicMs, openLog, serveLink } from '@sigillo/wire';
import { cryptoModuleHandlers } from '../../src/door.ts';
import { createCryptoModule, type CryptoModule, openCryptoModule } from '../../src/index.ts';
import type { KeyUnderTest, ModuleUnderTest } from '../module-under-test.ts';

export interface Scene {
  readonly under: ModuleUnderTest;
  readonly key: KeyUnderTest;
  /** A link as the SAM's, or with another key. */
  readonly link: Link<CryptoModuleDoor>;
  readonly stranger: Link<CryptoModuleDoor>;
  close(): Promise<void>;
}

export async function openScene(): Promise<Scene> {
  const { under, module } = openModule();
  const keyId = randomBytes(16);
  const path = join(under.folder, 'module.sock');
  const arrow = randomBytes(32);
  const random = (length: number): Uint8Array => randomBytes(length);
  const log = openLog('crypto-module', () => undefined, Date.now);
  const end = { door: cryptoModuleDoor, name: 'crypto-module', path, random, monotonic: monotonicMs };
  const server = await serveLink({ ...end, callers: { sam: arrow }, handlers: cryptoModuleHandlers(module), log });
  const link = connectLink({ ...end, key: arrow });
  const stranger = connectLink({ ...end, key: randomBytes(32) });
  return {
    under,
    key: { keyId, ...(await under.module.generate(keyId, 'P-256')) },
    link,
    stranger,
    close: async () => {
      link.close();
      stranger.close();
      await server.close();
      under.close();
    },
  };
}

function openModule(): { readonly under: ModuleUnderTest; readonly module: CryptoModule } {
  const folder = mkdtempSync(join(tmpdir(), 'sigillo-cm-'));
  const [sealKey, store, ticketKey] = [join(folder, 'seal.key'), join(folder, 'store'), randomBytes(32)];
  writeFileSync(sealKey, randomBytes(32), { mode: 0o600 });
  createCryptoModule({ store, sealKey });
  const module = openCryptoModule({ store, sealKey, ticketKey });
  const under: ModuleUnderTest = {
    module: { ...module, sign: async (wrapped, tickets, keepUntil = 0) => module.sign(wrapped, tickets, keepUntil) },
    folder,
    sealKey,
    ticketKey,
    close: () => {
      module.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return { under, module };
}
