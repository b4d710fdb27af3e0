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
  made(wanted: readonly Wanted[], life: Life): void;
  ended(wanted: readonly Wanted[], life: Life): void;
}

export class SimulatedModule {
  readonly token: SimulatedToken;
  readonly processes: readonly ModuleProcess[];
  events: ModuleEvents = { used: () => undefined, asked: () => undefined, made: () => undefined, ended: () => undefined };

  constructor(secret: Uint8Array, parts: { readonly schedule: Schedule; readonly faults: Faults; readonly dice: Dice }) {
    this.token = new SimulatedToken(secret);
    const workMs = parts.dice.chance(0.5) ? 0 : parts.dice.skewed(1, 3000);
    this.processes = NAMES.map(
      (name, i) =>
        new ModuleProcess(name, this.token, {
          ...parts,
          workMs,
          events: {
            used: (keyId) => this.events.used(this.processOf(keyId) === i),
            asked: (wanted, life) => this.events.asked(wanted, life),
            ended: (wanted, life) => this.events.ended(wanted, life),
            made: (wanted, life) => {
              if (this.processes.some(({ away }) => away)) parts.faults.count('module_half_away');
              this.events.made(wanted, life);
            },
          },
        }),
    );
  }

  callerEnded(life: Life): void {
    for (const process of this.processes) process.callerEnded(life);
  }

  hasCallsToSign(): boolean {
    return this.processes.some((process) => process.hasCallsToSign());
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
