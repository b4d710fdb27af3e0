// SPDX-License-Identifier: Apache-2.0
import { cryptoModuleDoor } from '@sigillo/doors/crypto-module';
import { connectLink, monotonicMs, random } from '@sigillo/wire';
import type { Config } from './config.ts';
import type { CryptoModulePort } from './crypto-module.ts';

export interface CryptoModulePorts {
  readonly cryptoModule: CryptoModulePort;
  /** Further processes of the same module; the keys are split among all. */
  readonly furtherCryptoModules?: readonly CryptoModulePort[];
}

/** The crypto module that the configuration names: other processes, or one inside this process. */
export async function openCryptoModulePorts({ cryptoModule: module, ticketKey }: Config): Promise<CryptoModulePorts> {
  if (module.mode === 'external') {
    const link = (path: string): CryptoModulePort =>
      connectLink({ door: cryptoModuleDoor, name: 'crypto-module', path, key: module.key, random, monotonic: monotonicMs });
    const [first, ...further] = module.sockets;
    return { cryptoModule: link(first!), furtherCryptoModules: further.map(link) };
  }
  const { openInternalModule } = await import('./internal-module.ts');
  return { cryptoModule: openInternalModule({ store: module.store, sealKey: module.sealKey, ticketKey }) };
}

export function allPorts({ cryptoModule, furtherCryptoModules = [] }: CryptoModulePorts): readonly CryptoModulePort[] {
  return [cryptoModule, ...furtherCryptoModules];
}
