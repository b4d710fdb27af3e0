// SPDX-License-Identifier: Apache-2.0
// A crypto module behind the SAM's own ports: two processes over one token, as in production. Each signing key belongs to one of them, by
// the last byte of its id.
import type { CryptoModulePorts } from '../../src/crypto-module-ports.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import { ModuleProcess, type Wanted } from './module-process.ts';
import type { Life, Schedule } from './schedule.ts';
import { SimulatedToken } from './token.ts';

const NAMES = ['A', 'B'] as const;

export interface ModuleEvents {
  /** Whether a key that the SAM has to do with at a process is that process's own. */
  used(own: boolean): void;
  asked(wanted: readonly Wanted[], life: Life): void;
  ended(wanted: readonly Wanted[], life: Life): void;
}

export class SimulatedModule {
  readonly token: SimulatedToken;
  readonly processes: readonly ModuleProcess[];
  events: ModuleEvents = { used: () => undefined, asked: () => undefined, ended: () => undefined };

  constructor(secret: Uint8Array, parts: { readonly schedule: Schedule; readonly faults: Faults; readonly dice: Dice }) {
    this.token = new SimulatedToken(secret);
    this.processes = NAMES.map(
      (name, i) =>
        new ModuleProcess(name, this.token, {
          ...parts,
          events: {
            used: (keyId) => this.events.used(this.processOf(keyId) === i),
            asked: (wanted, life) => this.events.asked(wanted, life),
            ended: (wanted, life) => this.events.ended(wanted, life),
            signed: () => {
              if (this.processes.some(({ away }) => away)) parts.faults.count('module_half_away');
            },
          },
        }),
    );
  }

  /** Which process has this key. */
  processOf(keyId: Uint8Array): number {
    return keyId[keyId.length - 1]! % NAMES.length;
  }

  forLife(life: Life): CryptoModulePorts {
    const [cryptoModule, ...furtherCryptoModules] = this.processes.map((process) => process.forLife(life));
    return { cryptoModule: cryptoModule!, furtherCryptoModules };
  }
}
