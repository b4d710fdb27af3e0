// SPDX-License-Identifier: Apache-2.0
import type { Instance } from '../../../src/instance.ts';
import type { Player } from '../players/player.ts';
import type { Random } from '../random.ts';

export interface Scene {
  readonly instance: Instance;
  /** What the supervisor said so far. */
  readonly said: readonly string[];
  readonly random: Random;
  /** Somebody who has a key and nothing else to do. */
  readonly bystander: Player;
}

export interface Injected {
  /** When the cause was over: from here on the house has to come back by itself. */
  readonly endedAt: number;
  /** Processes that did not serve because of it. */
  readonly down: readonly string[];
  /** Whether the house met the fault: it says so itself. */
  readonly observed: () => boolean;
  /** What the fault itself has begun and not ended. */
  readonly underWay?: Promise<unknown>;
  /** Whether everything that went down is up again. */
  readonly isUp: () => boolean;
}

export interface Fault {
  readonly kind: string;
  inject(scene: Scene): Promise<Injected>;
}
